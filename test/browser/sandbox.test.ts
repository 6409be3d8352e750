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
  await page.getByText('215 MB of Kafka’s log').waitFor();
  await page.getByRole('link', { name: 'flights-faulty' }).click();
  await window.heading('flights-faulty').waitFor();
});

test('says what starts and why it failed', async () => {
  const { page, workbench } = await open('starting', '#/sandbox');
  await page.getByText('starting').first().waitFor();
  workbench.scenario = 'error';
  await page.getByText('port 9092 is taken by another program').waitFor();
});
