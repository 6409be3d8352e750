/**
 * Pictures of every page in every state, dark and light, to look at: `npm run build && npm run screenshots`.
 *
 * The full states at 1440 × 900 go to docs/screenshots/ for the README, all others to dist/screenshots/.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from './chromium.ts';
import { openFakeHost } from './fake-host.ts';
import type { Scenario } from './fake-snapshots.ts';
import { FakeWorkbench, fakeRouter } from './fake-workbench.ts';
import { RecordsPage } from './page-objects.ts';

const root = join(import.meta.dirname, '../..');
const themes = ['dark', 'light'] as const;
const sizes = [
  { width: 1440, height: 900 },
  { width: 1024, height: 700 },
] as const;

interface Shot {
  readonly name: string;
  readonly hash: string;
  readonly scenario: Scenario;
  readonly prepare?: (page: Page) => Promise<void>;
}

const openPalette = async (page: Page): Promise<void> => {
  await page.keyboard.press('Control+k');
  await page.getByRole('option').first().waitFor();
};
const runQuery = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: /^flights/ }).click();
  await page.getByRole('grid', { name: 'Result' }).getByText('9007199254740993').waitFor();
};
const testConnection = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Test', exact: true }).click();
  await page.getByText('It works.').waitFor();
};
const openConnectionMenu = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: /^Connection / }).click();
  await page.getByRole('menuitemradio', { name: /orders-production/ }).waitFor();
};
const openReset = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Reset', exact: true }).click();
  await page.getByRole('dialog').getByRole('table').waitFor();
};
const inspectModel = async (page: Page): Promise<void> =>
  page.getByRole('row').filter({ hasText: 'arrival-delay' }).click();
const inspectEntry = async (page: Page): Promise<void> => page.getByRole('row').filter({ hasText: 'Save' }).click();
const splitTab = async (page: Page): Promise<void> => {
  await page.keyboard.press('Control+Backslash');
  await page.evaluate("location.hash = '#/topics/flights-faulty'");
  await new RecordsPage(page, 'flights-faulty').row(0).waitFor();
};
const openRunDock = async (page: Page): Promise<void> => {
  await page.keyboard.press('Control+j');
  await page.getByRole('region', { name: 'What runs' }).waitFor();
};
const inspect = (topic: string, index: number) => async (page: Page) => new RecordsPage(page, topic).inspect(index);

const shots: readonly Shot[] = [
  { name: 'home', hash: '#/home', scenario: 'full' },
  { name: 'topics', hash: '#/topics', scenario: 'full' },
  { name: 'records', hash: '#/topics/flights', scenario: 'full', prepare: inspect('flights', 3) },
  { name: 'pipelines', hash: '#/pipelines', scenario: 'full' },
  { name: 'pipeline', hash: '#/pipelines/flights-to-postgres', scenario: 'full' },
  { name: 'dead-letters', hash: '#/pipelines/flights-faulty-to-postgres/dead-letters/0@0', scenario: 'full' },
  { name: 'dead-letter-fix', hash: '#/pipelines/flights-faulty-to-postgres/dead-letters/0@0/fix', scenario: 'full' },
  { name: 'reset', hash: '#/pipelines/flights-to-postgres', scenario: 'stopped', prepare: openReset },
  { name: 'records-faulty', hash: '#/topics/flights-faulty', scenario: 'full', prepare: inspect('flights-faulty', 1) },
  { name: 'records-types', hash: '#/topics/flights-faulty', scenario: 'full', prepare: inspect('flights-faulty', 5) },
  { name: 'topic-partitions', hash: '#/topics/flights/partitions', scenario: 'full' },
  { name: 'topic-groups', hash: '#/topics/flights/groups', scenario: 'full' },
  { name: 'topic-config', hash: '#/topics/flights/config', scenario: 'full' },
  { name: 'schemas', hash: '#/schemas', scenario: 'full' },
  { name: 'schema', hash: '#/schemas/orders-value', scenario: 'full' },
  { name: 'stack', hash: '#/stack', scenario: 'full' },
  { name: 'query', hash: '#/query', scenario: 'full', prepare: runQuery },
  { name: 'models', hash: '#/models', scenario: 'full', prepare: inspectModel },
  { name: 'connections', hash: '#/connections', scenario: 'full' },
  { name: 'connection', hash: '#/connections/orders-test', scenario: 'full', prepare: testConnection },
  { name: 'connection-new', hash: '#/connections/new', scenario: 'full' },
  { name: 'connection-menu', hash: '#/topics', scenario: 'full', prepare: openConnectionMenu },
  { name: 'sandbox', hash: '#/sandbox', scenario: 'full' },
  { name: 'sandbox-starting', hash: '#/sandbox', scenario: 'starting' },
  { name: 'journal', hash: '#/journal', scenario: 'full', prepare: inspectEntry },
  { name: 'palette', hash: '#/home', scenario: 'full', prepare: openPalette },
  { name: 'split', hash: '#/topics/flights', scenario: 'full', prepare: splitTab },
  { name: 'run-dock', hash: '#/home', scenario: 'full', prepare: openRunDock },
  { name: 'settings', hash: '#/settings', scenario: 'full' },
  { name: 'gallery', hash: '#/gallery', scenario: 'full' },
  { name: 'home-starting', hash: '#/home', scenario: 'starting' },
  { name: 'home-retrying', hash: '#/home', scenario: 'retrying' },
  { name: 'records-none', hash: '#/topics/payments.settled', scenario: 'full' },
  ...(['empty', 'loading', 'error'] as const).flatMap((scenario) => [
    { name: `home-${scenario}`, hash: '#/home', scenario },
    { name: `topics-${scenario}`, hash: '#/topics', scenario },
    { name: `records-${scenario}`, hash: '#/topics/flights', scenario },
    { name: `pipelines-${scenario}`, hash: '#/pipelines', scenario },
    { name: `schemas-${scenario}`, hash: '#/schemas', scenario },
    { name: `stack-${scenario}`, hash: '#/stack', scenario },
    { name: `query-${scenario}`, hash: '#/query', scenario },
    { name: `models-${scenario}`, hash: '#/models', scenario },
    { name: `connections-${scenario}`, hash: '#/connections', scenario },
    { name: `journal-${scenario}`, hash: '#/journal', scenario },
    { name: `sandbox-${scenario}`, hash: '#/sandbox', scenario },
    { name: `pipeline-${scenario}`, hash: '#/pipelines/flights-to-postgres', scenario },
  ]),
];

/** Of which the README shows a picture. */
const documented = ['home', 'topics', 'records', 'pipeline'];

/** What a rate chart shows. */
const chartSeconds = 121;
const only = process.argv.slice(2);

async function take(browser: Browser, shot: Shot): Promise<void> {
  const workbench = new FakeWorkbench(shot.scenario);
  const host = await openFakeHost(fakeRouter(workbench));
  const context = await browser.newContext({ viewport: sizes[0] });
  const page = await context.newPage();
  await page.clock.install({ time: Date.now() - (shot.scenario === 'full' ? chartSeconds * 1_000 : 0) });
  await page.goto(`${host.url}${shot.hash}`);
  await page.getByRole('main').waitFor();
  await page.waitForTimeout(shot.scenario === 'error' ? 1_800 : 600);
  await fillCharts(page, workbench);
  await shot.prepare?.(page);
  for (const size of sizes) {
    await page.setViewportSize(size);
    for (const theme of themes) {
      await page.evaluate(`document.documentElement.dataset.theme = '${theme}'`);
      const isForDocs = documented.includes(shot.name) && size.width === 1440;
      const folder = join(root, isForDocs ? 'docs/screenshots' : `dist/screenshots/${size.width}`);
      mkdirSync(folder, { recursive: true });
      await page.waitForTimeout(150);
      await page.screenshot({ path: join(folder, `${shot.name}-${theme}.png`) });
    }
  }
  await context.close();
  await host.close();
}

/** Two minutes of the page's clock in a few seconds of ours. */
async function fillCharts(page: Page, workbench: FakeWorkbench): Promise<void> {
  if (workbench.scenario !== 'full') return;
  for (let second = 0; second < chartSeconds; second += 1) {
    await workbench.skipSecond(second);
    await page.clock.runFor(1_000);
  }
}

const browser = await launchChromium();
try {
  for (const shot of shots) {
    if (only.length > 0 && !only.includes(shot.name)) continue;
    await take(browser, shot);
    process.stdout.write(`${shot.name}\n`);
  }
} finally {
  await browser.close();
}
