/** What runs: the dock below, the task in the status bar, a process that crashes. */
import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { eventually, stageForEachTest } from './stage.ts';

const open = stageForEachTest();
const dock = (page: Page) => page.getByRole('region', { name: 'What runs' });
const statusBar = (page: Page) => page.getByRole('contentinfo');

async function runSlowQuery(page: Page): Promise<void> {
  // Monaco's field has no size of its own.
  const editor = page.getByRole('textbox', { name: 'SQL' });
  await editor.waitFor({ state: 'attached' });
  await editor.focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('SELECT slow');
  await page.keyboard.press('Control+Enter');
}

test('opens and closes on Ctrl J, and is as it was after a reload', async () => {
  const { page } = await open('full', '#/home');
  await page.getByText('connected', { exact: true }).waitFor();
  expect(await dock(page).count()).toBe(0);
  await page.keyboard.press('Control+j');
  await dock(page).getByRole('link', { name: 'flights-to-postgres' }).waitFor();
  await dock(page).getByText('Score arrival-delay').waitFor();
  await dock(page)
    .getByRole('img', { name: /Rows written by flights-to-postgres/ })
    .waitFor();
  await dock(page).getByText('sandbox', { exact: true }).waitFor();
  await page.reload();
  await dock(page).waitFor();
  await page.keyboard.press('Control+j');
  await dock(page).waitFor({ state: 'hidden' });
});

/** Percent of the work area. The panels keep their sizes a moment after they were moved. */
async function keptShare(page: Page): Promise<number> {
  const text = await page.evaluate("localStorage.getItem('react-resizable-panels:mercury.dock:centre:dock')");
  return z.object({ dock: z.number() }).parse(JSON.parse(String(text))).dock;
}

test('its height is changed by keyboard and remembered', async () => {
  const { page } = await open('full', '#/home');
  await page.keyboard.press('Control+j');
  await dock(page).waitFor();
  const heightOf = async (element: Locator): Promise<number> => (await element.boundingBox())?.height ?? 0;
  const height = (): Promise<number> => heightOf(dock(page));
  const line = page.getByRole('separator', { name: 'Height of what runs' });
  const before = await height();
  await line.focus();
  for (let press = 0; press < 3; press += 1) await page.keyboard.press('ArrowUp');
  await eventually(async () => expect(await height()).toBeGreaterThan(before + 20));
  const after = await height();
  const share = (100 * after) / (await heightOf(line.locator('..')));
  await eventually(async () => expect(Math.abs((await keptShare(page)) - share)).toBeLessThan(0.1));
  await page.reload();
  await eventually(async () => expect(Math.abs((await height()) - after)).toBeLessThan(4));
});

test('a query is a task: progress, rate, time left in the status bar, and a cancel that reaches the engine', async () => {
  const { page, workbench } = await open('full', '#/query');
  await runSlowQuery(page);
  await statusBar(page).getByRole('progressbar', { name: 'SELECT slow' }).waitFor();
  await statusBar(page)
    .getByText(/\d+ % · 1.000 rows · [\d\s.]+ rows\/s/)
    .waitFor();
  await page.getByRole('button', { name: 'Cancel: SELECT slow' }).click();
  await statusBar(page).getByRole('progressbar').waitFor({ state: 'hidden' });
  expect(workbench.asked.some((what) => what.startsWith('cancel '))).toBe(true);
  // On a busy machine it took so long that the dock is open already.
  if ((await dock(page).count()) === 0) await page.keyboard.press('Control+j');
  await dock(page)
    .getByText(/cancelled after/)
    .waitFor();
});

test('a task that takes long opens the dock by itself, unless that is switched off', async () => {
  const { page } = await open('full', '#/query');
  await runSlowQuery(page);
  expect(await dock(page).count()).toBe(0);
  await dock(page).getByText('SELECT slow').waitFor({ timeout: 15_000 });
});

test('leaving the page of a query ends its task', async () => {
  const { page, window } = await open('full', '#/query');
  await runSlowQuery(page);
  await statusBar(page).getByRole('progressbar').waitFor();
  await window.goTo('Home');
  await statusBar(page).getByRole('progressbar').waitFor({ state: 'hidden' });
});

test('a crash is said once, wherever the user is, with what is done about it', async () => {
  const { page, workbench } = await open('full', '#/topics');
  await page.getByText('connected', { exact: true }).waitFor();
  await page.getByText('3 processes').waitFor();
  const message = page.getByRole('listitem').filter({ hasText: 'sandbox ended' });
  expect(await message.count()).toBe(0);
  workbench.scenario = 'error';
  await message.getByText(/port 9092 is taken.*restarting/).waitFor();
  await statusBar(page)
    .getByText(/^sandbox restarting/)
    .first()
    .waitFor();
  await statusBar(page)
    .getByRole('button', { name: /Show or hide what runs/ })
    .click();
  await dock(page).getByRole('status').filter({ hasText: 'sandbox ended: port 9092 is taken' }).waitFor();
});

test('a crash from before the page came is no news', async () => {
  const { page, workbench } = await open('retrying', '#/topics');
  await page.getByText('3 processes').waitFor();
  for (let second = 1; second <= 3; second++) await workbench.skipSecond(second);
  expect(await page.getByText('pipeline flights-to-postgres ended').count()).toBe(0);
});
