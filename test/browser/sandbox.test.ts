/** Sandbox: what runs, how to reach it, what it holds. */
import { expect, test } from 'vitest';
import { eventually, stageForEachTest } from './stage.ts';

const open = stageForEachTest();

test('gives the addresses as settings of each client, and remembers the client', async () => {
  const { page, window } = await open('full', '#/home');
  await window.goTo('Sandbox');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('region', { name: 'Settings for kafkajs: client.ts' }).waitFor();
  await page.getByRole('tab', { name: 'Java' }).click();
  const java = page.getByRole('tabpanel');
  await java.getByText('bootstrap.servers=127.0.0.1:9092').waitFor();
  await java.getByRole('button', { name: 'Copy' }).click();
  await eventually(async () =>
    expect(await page.evaluate('navigator.clipboard.readText()')).toContain(
      'schema.registry.url=http://127.0.0.1:8081\n',
    ),
  );
  await page.reload();
  await page.getByRole('tab', { name: 'Java', selected: true }).waitFor();
});

test('tells addresses, disk, memory and topics', async () => {
  const { page, window } = await open('full', '#/sandbox');
  await page.getByRole('button', { name: 'Copy the address of PostgreSQL' }).waitFor();
  await page.getByText('215 MB', { exact: true }).first().waitFor();
  await page.getByRole('link', { name: 'flights-faulty' }).click();
  await window.heading('flights-faulty').waitFor();
});

test('says what starts and why it failed', async () => {
  const { page, workbench } = await open('starting', '#/sandbox');
  await page.getByText('starting').first().waitFor();
  workbench.scenario = 'error';
  await page.getByRole('main').getByText('port 9092 is taken by another program').waitFor();
});

test('adds a topic and says what is wrong with it, deletes one', async () => {
  const { page, workbench } = await open('full', '#/sandbox');
  await page.getByRole('button', { name: 'Add topic' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add topic' });
  await dialog.getByLabel('Name').fill('no spaces');
  await dialog.getByText('Letters, digits, dots, dashes and underscores only').waitFor();
  await dialog.getByLabel('Name').fill('orders');
  await dialog.getByLabel('Partitions').fill('6');
  await dialog.getByRole('combobox', { name: 'Cleanup policy' }).click();
  await page.getByRole('option', { name: /^Compact the newest/ }).click();
  await dialog.getByLabel('Name').press('Enter');
  await dialog.waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Delete the topic flights-faulty' }).click();
  await page.getByRole('button', { name: 'Delete flights-faulty' }).click();
  await eventually(async () => {
    expect(workbench.asked).toEqual(['add topic orders 6 compact', 'delete topic flights-faulty']);
  });
});

test('resets only after its name was typed', async () => {
  const { page, workbench } = await open('full', '#/sandbox');
  await page.getByRole('button', { name: 'Reset' }).click();
  const button = page.getByRole('button', { name: 'Reset sandbox' });
  expect(await button.isDisabled()).toBe(true);
  await page.getByLabel('Type sandbox to go on').fill('sandbox');
  await button.click();
  await page.getByText('The sandbox is reset and runs again').waitFor();
  expect(workbench.asked).toEqual(['reset sandbox']);
});

test('shows the log, by level, as it grows', async () => {
  const { page } = await open('full', '#/sandbox');
  const log = page.getByRole('log');
  await log.getByText('database system is ready to accept connections').waitFor();
  await log.getByText('group flights-to-postgres: generation 10, members: 1').waitFor();
  await page.getByRole('button', { name: 'Errors' }).click();
  await log.getByText('relation "flight" does not exist').waitFor();
  expect(await log.getByText('database system is ready').count()).toBe(0);
});
