/** The journal in a browser: the list and its inspector, filters, what comes while one looks, a disk that is full. */
import { expect, test } from 'vitest';
import { seriousFaultsInBothThemes } from './axe.ts';
import { journalEntry } from './fake-journal.ts';
import { eventually, stageForEachTest } from './stage.ts';

const open = stageForEachTest();

test('shows who changed what, newest first, and one entry whole by keyboard', async () => {
  const { page, window } = await open('full', '#/home');
  await page.keyboard.press('g');
  await page.keyboard.press('j');
  await window.heading('Journal').waitFor();
  const list = page.getByRole('grid', { name: 'Journal, newest first' });
  await list.getByText('Redrive').waitFor();
  expect(await list.getByRole('row').nth(1).textContent()).toContain('Startflights-to-postgresdonesandboxcommand line');
  await list.focus();
  for (let step = 0; step < 4; step += 1) await page.keyboard.press('ArrowDown');
  const entry = page.getByRole('complementary', { name: 'Entry' });
  await entry.getByRole('alert').getByText('CreateTopics was not sent').waitFor();
  await entry.getByText('READ_ONLY').waitFor();
  await page.keyboard.press('Escape');
  await entry.waitFor({ state: 'hidden' });
});

test('shows what was asked for without its secrets, and leads to the thing', async () => {
  const { page, window } = await open('full', '#/journal');
  await page.getByRole('row').filter({ hasText: 'Save' }).click();
  const entry = page.getByRole('complementary', { name: 'Entry' });
  await entry.getByRole('region', { name: 'What was asked for' }).getByText('"[secret]"').waitFor();
  expect(await seriousFaultsInBothThemes(page)).toEqual([]);
  await entry.getByRole('link', { name: 'orders-test' }).click();
  await window.heading('orders-test').waitFor();
});

test('filters by words and by result', async () => {
  const { page } = await open('full', '#/journal');
  const rows = page.getByRole('row');
  await page.getByText('9 entries').waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('feed rate');
  await page.getByText('1 entry').waitFor();
  expect(await rows.nth(1).textContent()).toContain('Set feed rate');
  await page.keyboard.type(' nowhere');
  await page.getByRole('button', { name: 'Show all' }).click();
  await page.getByText('9 entries').waitFor();
  await page.getByRole('button', { name: 'Failed' }).click();
  await page.getByText('1 entry').waitFor();
  expect(await rows.nth(1).textContent()).toContain('READ_ONLY');
});

test('a change appears by itself, and the chosen entry stays', async () => {
  const { page, workbench } = await open('full', '#/journal');
  await page.getByRole('row').filter({ hasText: 'Redrive' }).click();
  workbench.journal.add(journalEntry('pipelines.reset', 'pipeline', { name: 'flights-to-duckdb' }));
  await page.getByRole('row').filter({ hasText: 'Reset' }).waitFor();
  expect(await page.getByRole('row', { selected: true }).textContent()).toContain('Redrive');
});

test('a long journal is read on while one scrolls', async () => {
  const { page, workbench } = await open('empty', '#/journal');
  await page.getByText('Nothing was changed yet').waitFor();
  for (let number = 0; number < 250; number += 1)
    workbench.journal.add(journalEntry('pipelines.start', 'pipeline', { name: `p${number}` }));
  workbench.scenario = 'full';
  const list = page.getByRole('grid', { name: 'Journal, newest first' });
  await list.getByText('p249', { exact: true }).waitFor();
  expect(await page.getByRole('row').count()).toBeLessThan(80);
  await list.focus();
  await eventually(async () => {
    await page.keyboard.press('End');
    expect(await list.getByText('Create topic').isVisible()).toBe(true);
  });
  await page.getByText('259 entries').waitFor();
});

test('says that the disk is full, and that reading failed', async () => {
  const { page, workbench } = await open('full', '#/journal');
  await page.getByText('9 entries').waitFor();
  const fault = { code: 'DISK_FULL', message: 'no space left', retryable: true } as const;
  workbench.journal.status = { added: 12, unwritten: 3, fault };
  await page.getByText('3 entries could not be written to the disk').waitFor();
  workbench.scenario = 'error';
  await page.reload();
  await page.getByRole('alert').getByText('Reading the journal failed').waitFor();
  workbench.scenario = 'full';
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('9 entries').waitFor();
});
