/** Query: a statement typed into the editor, its rows exact and in pages, a cancel that reaches the engine. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { eventually, stageForEachTest } from './stage.ts';

const open = stageForEachTest();

async function type(page: Page, sql: string): Promise<void> {
  const editor = page.getByRole('textbox', { name: /^SQL/ });
  await editor.waitFor({ state: 'attached' });
  await editor.focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.type(sql);
}

test('runs what is typed and shows every digit; the far end is read when scrolled to', async () => {
  const { page, window, workbench } = await open('full', '#/home');
  await window.goTo('Query');
  await type(page, 'SELECT 42');
  await page.keyboard.press('Control+Enter');
  await page.getByText(/^120.000 rows in 42 ms$/).waitFor();
  expect(workbench.asked).toEqual(['sql SELECT 42']);
  const grid = page.getByRole('grid', { name: 'Result' });
  for (const text of ['9007199254740993', '1234567890123456789.0100', '-0.1', '0x0001ff']) {
    await grid.getByText(text, { exact: true }).waitFor();
  }
  await grid.press('End');
  await grid.getByText('120000', { exact: true }).waitFor();
  const row = page.getByRole('complementary', { name: 'Row' });
  await row.getByText('119999.5000').waitFor();
  expect(await grid.getByRole('row').count()).toBeLessThan(80);
});

test('a table is read by choosing it; the statement is there after a reload', async () => {
  const { page, workbench } = await open('full', '#/query');
  await page.getByRole('button', { name: /^flights/ }).click();
  await page.getByText(/^120.000 rows/).waitFor();
  expect(workbench.asked).toEqual(['sql SELECT *\nFROM flights\nLIMIT 1000']);
  await page.reload();
  await page.getByText('LIMIT', { exact: true }).waitFor();
});

test('a cell is copied with every digit, also those that its width hides', async () => {
  const { page } = await open('full', '#/query');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: /^flights/ }).click();
  const grid = page.getByRole('grid', { name: 'Result' });
  await grid.getByText('1234567890123456789.0100', { exact: true }).click();
  await page.keyboard.press('ControlOrMeta+c');
  await page.getByText('price copied').waitFor();
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe('1234567890123456789.0100');
});

test('cancel reaches the engine, what was read stays', async () => {
  const { page, workbench } = await open('full', '#/query');
  await type(page, 'SELECT slow');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByText(/^Running, \d+ %/).waitFor();
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await page.getByText(/^Cancelled after .* read until then stay$/).waitFor();
  await eventually(() => expect(workbench.asked.at(-1)).toMatch(/^cancel /));
  await page.getByRole('grid', { name: 'Result' }).getByText('9007199254740993').waitFor();
});

test('says what is wrong with a statement, and that the database is held', async () => {
  const { page, workbench } = await open('full', '#/query');
  await type(page, 'SELECT * FROM fligths');
  await page.keyboard.press('Control+Enter');
  await page.getByRole('alert').getByText('Did you mean "flights"?').waitFor();
  workbench.scenario = 'error';
  await page.getByText('the database is held by another program').waitFor();
});

test('teaches where there is no table', async () => {
  const { page } = await open('empty', '#/query');
  await page.getByText('A pipeline with a DuckDB sink').waitFor();
  await page.getByText('No result yet').waitFor();
});
