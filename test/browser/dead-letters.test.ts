/** Dead letters and resets in a browser: the list, one letter, mending it, several at once, a reset that has to be confirmed. */
import { expect, test } from 'vitest';
import { faultyPipeline } from './fake-dead-letters.ts';
import { eventually, stageForEachTest } from './stage.ts';

const open = stageForEachTest();
const hash = `#/pipelines/${faultyPipeline}/dead-letters`;

test('lists letters with where they come from and why, and shows one by keyboard', async () => {
  const { page, workbench, window, host } = await open('full', '#/home');
  workbench.letters.count = 5;
  await window.open(host.url, hash);
  const list = page.getByRole('grid', { name: /^Dead letters of/ });
  await list
    .getByText(/^sink ·/)
    .first()
    .waitFor();
  await list.getByRole('link', { name: 'flights-faulty-0@428' }).waitFor();
  await page.getByText('5 letters in').waitFor();
  await list.focus();
  await page.keyboard.press('ArrowDown');
  const letter = page.getByRole('complementary', { name: 'Dead letter' });
  await letter.getByRole('heading', { name: 'Dead letter 0@4' }).waitFor();
  expect(await letter.locator('mark').textContent()).toBe('7b');
});

test('mends a letter: what is wrong is said while typing, and it is sent once', async () => {
  const { page, workbench } = await open('full', `${hash}/0@0/fix`);
  const dialog = page.getByRole('dialog');
  const send = dialog.getByRole('button', { name: 'Redrive', exact: true });
  await dialog.getByText('The pipeline can read it.').waitFor();
  const value = dialog.getByRole('textbox');
  const text = await value.inputValue();
  await value.fill(`${text} oops`);
  await dialog.getByText(/it is no JSON/).waitFor();
  expect(await send.isDisabled()).toBe(true);
  await value.fill(text);
  await dialog.getByText('The pipeline can read it.').waitFor();
  await send.click();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByText('redriven, a row now').first().waitFor();
  await page.getByRole('button', { name: 'Fix and redrive' }).click();
  await dialog.getByRole('button', { name: 'Redrive again' }).waitFor();
  expect(workbench.asked).toEqual(['redrive 0@0 json']);
});

test('says that a letter sent as it is would come back', async () => {
  const { page } = await open('full', `${hash}/0@0/fix`);
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'As it is' }).click();
  await dialog.getByText(/It would be set aside again/).waitFor();
  await dialog.getByRole('button', { name: 'Redrive all the same' }).waitFor();
});

test('drops a letter, and takes it back', async () => {
  const { page, workbench } = await open('full', `${hash}/0@0`);
  await page.getByRole('button', { name: 'Drop' }).click();
  await page.getByRole('button', { name: 'Take back' }).click();
  await page.getByRole('button', { name: 'Drop' }).waitFor();
  expect(workbench.asked).toEqual(['drop 0@0', 'restore 0@0']);
});

test('redrives those that the filter leaves, with what would come back said before', async () => {
  const { page, workbench, window, host } = await open('full', '#/home');
  workbench.letters.count = 6;
  await window.open(host.url, hash);
  await page.getByRole('textbox', { name: 'Filter by reason or record' }).fill('byte sequence');
  await page.getByRole('button', { name: 'Redrive 2 as they are' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('2 letters would be set aside again').waitFor();
  await dialog.getByRole('button', { name: 'Redrive 2' }).click();
  await dialog.getByText('2 of 2 redriven').waitFor();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  expect(workbench.asked).toEqual(['redrive 0@4 unchanged', 'redrive 0@1 unchanged']);
});

test('redrives and drops those that are chosen, by mouse, range and keyboard', async () => {
  const { page, workbench, window, host } = await open('full', '#/home');
  workbench.letters.count = 6;
  await window.open(host.url, hash);
  const box = (id: string) => page.getByRole('checkbox', { name: `Choose letter ${id}` });
  await box('0@4').click();
  await box('0@2').click({ modifiers: ['Shift'] });
  await page.getByText('3 chosen').waitFor();
  await box('0@3').click();
  await page.getByRole('button', { name: 'Drop 2' }).click();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('checkbox', { name: 'Choose all open letters that are shown' }).click();
  await page.getByText('6 chosen').waitFor();
  await page.getByRole('button', { name: 'Choose none' }).click();
  await page.getByRole('grid').focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press(' ');
  await page.getByText('1 chosen').waitFor();
  await page.getByRole('button', { name: 'Redrive 1 as they are' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Redrive 1' }).click();
  await page.getByText('1 of 1 redriven').waitFor();
  expect(workbench.asked).toEqual(['drop 0@4,0@2', 'restore 0@4,0@2', 'redrive 0@5 unchanged']);
});

test('teaches where there are none, and says why they can’t be read', async () => {
  const { page, workbench, window, host } = await open('full', '#/pipelines/flights-to-postgres/dead-letters');
  await page.getByText('No dead letters').waitFor();
  workbench.scenario = 'error';
  await window.open(host.url, '#/home');
  await window.open(host.url, '#/pipelines/flights-to-postgres/dead-letters');
  await page.getByRole('alert').getByText('Reading the dead letters failed').waitFor();
});

test('a reset that loses nothing is done at once, one that empties wants the name', async () => {
  const { page, workbench } = await open('stopped', '#/pipelines/flights-to-postgres');
  await page.getByRole('button', { name: 'Reset', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/336.406 records read again: a row of the same key is written over/).waitFor();
  await dialog.getByRole('button', { name: 'Reset flights-to-postgres' }).click();
  await dialog.waitFor({ state: 'hidden' });

  await page.getByRole('button', { name: 'Reset', exact: true }).click();
  await dialog.getByRole('checkbox', { name: /Empty the tables/ }).click();
  await dialog.getByText(/336.776 rows removed/).waitFor();
  const confirm = dialog.getByRole('button', { name: 'Reset flights-to-postgres' });
  expect(await confirm.isDisabled()).toBe(true);
  await dialog.getByRole('textbox').fill('flights-to-postgres');
  await confirm.click();
  await eventually(() =>
    expect(workbench.asked).toEqual([
      'reset flights-to-postgres earliest unconfirmed',
      'reset flights-to-postgres earliest emptied flights-to-postgres',
    ]),
  );
});

test('a running pipeline is not reset', async () => {
  const { page } = await open('full', '#/pipelines/flights-to-postgres');
  await page.getByRole('button', { name: 'Reset', exact: true }).click();
  await page.getByRole('dialog').getByText('Stop it first').waitFor();
});

test('a file that is no pipeline stands above the list', async () => {
  const { page, workbench } = await open('full', '#/pipelines');
  const error = {
    code: 'WORKSPACE_INVALID',
    message: 'pipelines/orders.yaml is no valid pipeline: sinks: expected array',
    nextStep: 'Correct the file; the fields are described in docs/pipelines.md.',
    retryable: false,
  } as const;
  workbench.pipelineFaults = [{ file: 'pipelines/orders.yaml', error, pipeline: null }];
  await page.getByRole('alert').getByText('pipelines/orders.yaml is not in the list').waitFor();
  await page.getByText('Correct the file').waitFor();
});
