/** Settings: each is in force at once, in every page, and after a reload. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { RecordsPage } from './page-objects.ts';
import { eventually, stageForEachTest } from './stage.ts';

const open = stageForEachTest();
const choose = (page: Page, setting: string, value: string) =>
  page.getByRole('group', { name: setting }).getByRole('button', { name: value, exact: true }).click();

test('opens on g and a comma, and says where the files are', async () => {
  const { page, window } = await open('full', '#/home');
  await window.heading('Home').waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press(',');
  await window.heading('Settings').waitFor();
  await page.getByText('/home/ada/streams', { exact: true }).waitFor();
  await page.getByText('/home/ada/.local/state/mercury-workbench', { exact: true }).waitFor();
});

test('the theme is chosen here as in the top bar', async () => {
  const { page } = await open('full', '#/settings');
  await choose(page, 'Theme', 'Dark');
  expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('dark');
  await page.reload();
  await page.getByRole('button', { name: 'Dark', pressed: true }).waitFor();
});

test('rows become lower, and the table reckons with it', async () => {
  const { page, window } = await open('full', '#/settings');
  await choose(page, 'Height of rows', 'Compact');
  await window.goTo('Topics');
  const rows = page.getByRole('grid', { name: 'Topics' }).getByRole('row');
  await rows.nth(2).waitFor();
  const [first, second] = await Promise.all([rows.nth(1).boundingBox(), rows.nth(2).boundingBox()]);
  expect(second!.y - first!.y).toBe(24);
  expect(first!.height).toBe(24);
});

test('times are told in UTC where that is chosen', async () => {
  const { page } = await open('full', '#/settings');
  await choose(page, 'Times', 'UTC');
  await page.evaluate("location.hash = '#/topics/flights'");
  const records = new RecordsPage(page, 'flights');
  await records.inspect(0);
  await records.inspector.getByText(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z$/).waitFor();
});

test('counts are grouped as chosen', async () => {
  const { page, window } = await open('full', '#/settings');
  await choose(page, 'Counts', '336,776');
  await window.goTo('Topics');
  await page.getByRole('grid', { name: 'Topics' }).getByText('9,007,199,254,740,993').waitFor();
});

test('the layout is put back after a question', async () => {
  const { page, window } = await open('full', '#/settings');
  await page.keyboard.press('Control+Backslash');
  await eventually(async () => expect(await page.getByRole('tab').count()).toBe(2));
  await page.getByRole('button', { name: 'Put the layout back' }).last().click();
  const question = page.getByRole('dialog', { name: 'Put the layout back?' });
  await question.getByRole('button', { name: 'Put the layout back' }).click();
  await question.waitFor({ state: 'hidden' });
  await window.heading('Settings').waitFor();
  await eventually(async () => expect(await page.getByRole('tab').count()).toBe(0));
});
