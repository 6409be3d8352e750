/** Schemas: the subjects of the registry, and one of them with its versions, references and topics. */
import { expect, test } from 'vitest';
import { stageForEachTest } from './stage.ts';

const open = stageForEachTest();

test('lists subjects, filters them and opens one', async () => {
  const { page, window } = await open('full', '#/home');
  await window.goTo('Schemas');
  const list = page.getByRole('grid', { name: 'Subjects' });
  const row = list.getByRole('row').filter({ hasText: 'orders-value' });
  await row.getByText('Protobuf').waitFor();
  await row.getByText('full transitive').waitFor();
  await list.getByText('the registry’s').first().waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('value flights');
  await list.getByRole('row').filter({ hasText: 'orders-value' }).waitFor({ state: 'hidden' });
  expect(await list.getByRole('link').allTextContents()).toEqual(['flights-faulty-value', 'flights-value']);
  await list.getByRole('link', { name: 'flights-value', exact: true }).click();
  await window.heading('flights-value').waitFor();
});

test('shows each version of a subject, and where it is used', async () => {
  const { page, window } = await open('full', '#/schemas/flights-value');
  const code = page.getByRole('region', { name: 'flights-value version 2' });
  await code.getByText('"gate"').waitFor();
  // As it was written: no number of a schema is rounded.
  await code.getByText('9007199254740993').waitFor();
  await page.getByRole('combobox', { name: 'Version' }).click();
  await page.getByRole('option', { name: 'Version 1' }).click();
  await page.getByRole('region', { name: 'flights-value version 1' }).waitFor();
  expect(await page.getByText('"gate"').count()).toBe(0);
  await page.getByRole('link', { name: 'flights', exact: true }).click();
  await window.heading('flights').waitFor();
});

test('leads to what a schema refers to', async () => {
  const { page, window } = await open('full', '#/schemas/orders-value');
  await page.getByText('as money.proto').waitFor();
  await page.getByRole('link', { name: 'shared.money version 1' }).click();
  await window.heading('shared.money').waitFor();
  await page.getByText('None: by custom').waitFor();
});

test('teaches where there is none, explains a failure and a subject that is gone', async () => {
  const { page, workbench, window, host } = await open('empty', '#/schemas');
  await page.getByText('No subject in this registry').waitFor();
  workbench.scenario = 'error';
  await page.getByRole('button', { name: 'Read the subjects again' }).click();
  await page.getByRole('alert').getByText('No broker answers').waitFor();
  workbench.scenario = 'full';
  await window.open(host.url, '#/schemas/nothing');
  await page.getByRole('alert').getByText('The registry has no subject nothing').waitFor();
});
