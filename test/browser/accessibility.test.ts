/** Every page in every state, dark and light: no fault that axe calls serious or critical. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { seriousFaults, seriousFaultsInBothThemes } from './axe.ts';
import type { Scenario } from './fake-snapshots.ts';
import { RecordsPage } from './page-objects.ts';
import { stageForEachTest } from './stage.ts';

const open = stageForEachTest();

const pages = [
  '#/home',
  '#/topics',
  '#/topics/flights-faulty',
  '#/topics/flights/partitions',
  '#/topics/flights/groups',
  '#/topics/flights/config',
  '#/schemas',
  '#/schemas/flights-value',
  '#/stack',
  '#/query',
  '#/pipelines',
  '#/pipelines/flights-to-postgres',
  '#/pipelines/flights-faulty-to-postgres/dead-letters/0@0',
  '#/models',
  '#/connections',
  '#/connections/orders-test',
  '#/sandbox',
  '#/journal',
];
/** States that are much alike on the other pages. */
const passing: readonly Scenario[] = ['loading', 'starting', 'retrying'];
const passingPages = ['#/home', '#/topics', '#/topics/flights-faulty', '#/query', '#/pipelines', '#/sandbox'];
const scenarios: ReadonlyArray<readonly [Scenario, readonly string[]]> = [
  ...(['full', 'empty', 'error'] as const).map((scenario) => [scenario, pages] as const),
  ...passing.map((scenario) => [scenario, passingPages] as const),
];

describe.each(scenarios)('%s', (scenario, hashes) => {
  test.each(hashes)('%s', async (hash) => {
    const { page } = await open(scenario, hash);
    await settle(page, scenario);
    expect(await seriousFaultsInBothThemes(page)).toEqual([]);
  });
});

test('the record inspector with every type', async () => {
  const { page } = await open('full', '#/topics/flights-faulty');
  await new RecordsPage(page, 'flights-faulty').inspect(5);
  expect(await seriousFaultsInBothThemes(page)).toEqual([]);
});

test('why a record could not be decoded', async () => {
  const { page } = await open('full', '#/topics/flights-faulty');
  await new RecordsPage(page, 'flights-faulty').inspect(1);
  expect(await seriousFaultsInBothThemes(page)).toEqual([]);
});

test('a dead letter being fixed, and a reset', async () => {
  const { page, workbench, window, host } = await open(
    'full',
    '#/pipelines/flights-faulty-to-postgres/dead-letters/0@0/fix',
  );
  await page.getByText('The pipeline can read it.').waitFor();
  expect(await seriousFaultsInBothThemes(page)).toEqual([]);
  await page.keyboard.press('Escape');
  workbench.scenario = 'stopped';
  await window.open(host.url, '#/pipelines/flights-to-postgres');
  await page.getByRole('button', { name: 'Reset', exact: true }).click();
  await page.getByRole('dialog').getByRole('table').waitFor();
  expect(await seriousFaultsInBothThemes(page)).toEqual([]);
});

test('a new connection, and production in use', async () => {
  const { page, workbench } = await open('full', '#/connections/new');
  workbench.connections.current = 'orders-production';
  await page.getByText('production · read only').waitFor();
  expect(await seriousFaultsInBothThemes(page)).toEqual([]);
});

test('the list of shortcuts', async () => {
  const { page } = await open('full', '#/home');
  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
  expect(await seriousFaultsInBothThemes(page)).toEqual([]);
});

test('the palette, and a message', async () => {
  const { page } = await open('full', '#/home');
  await settle(page, 'full');
  await page.getByRole('button', { name: /^2.000 a second$/ }).click();
  await page.getByRole('button', { name: 'Undo' }).waitFor();
  expect(await seriousFaultsInBothThemes(page)).toEqual([]);
  await page.keyboard.press('Control+k');
  await page.getByRole('option').first().waitFor();
  expect(await seriousFaultsInBothThemes(page)).toEqual([]);
});

test('a lost connection', async () => {
  const { page, window, host } = await open('full', '#/home');
  await page.getByText('connected', { exact: true }).waitFor();
  host.drop();
  await window.banner.waitFor();
  expect(await seriousFaultsInBothThemes(page)).toEqual([]);
});

test('1024 × 700', async () => {
  const { page } = await open('full', '#/home');
  await page.setViewportSize({ width: 1024, height: 700 });
  await settle(page, 'full');
  expect(await seriousFaults(page, 'dark')).toEqual([]);
});

/** Loading never ends; every other state is there when its data is. */
async function settle(page: Page, scenario: Scenario): Promise<void> {
  if (scenario === 'loading') await page.getByRole('status').first().waitFor();
  else
    await page
      .getByText(/process(es)?$/)
      .first()
      .waitFor();
}
