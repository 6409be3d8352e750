/** Tables: columns by keyboard and by mouse, remembered under the table's name. */
import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { RecordsPage } from './page-objects.ts';
import { eventually, stageForEachTest } from './stage.ts';

const open = stageForEachTest();
const head = (page: Page, title: string): Locator => page.getByRole('columnheader', { name: title, exact: true });
const button = (page: Page, title: string): Locator => head(page, title).getByRole('button');
const width = async (page: Page, title: string): Promise<number> =>
  Math.round((await head(page, title).boundingBox())?.width ?? 0);
const titles = async (page: Page): Promise<string[]> =>
  (await page.getByRole('columnheader').allInnerTexts()).map((text) => text.trim()).filter(Boolean);

async function openRecords(page: Page): Promise<void> {
  await new RecordsPage(page, 'flights').row(0).waitFor();
}

test('a column is made wider by keyboard, all rows follow, and it stays so', async () => {
  const { page } = await open('full', '#/topics/flights');
  await openRecords(page);
  const before = await width(page, 'Offset');
  await button(page, 'Offset').focus();
  for (let press = 0; press < 3; press += 1) await page.keyboard.press('Shift+ArrowRight');
  await eventually(async () => expect(await width(page, 'Offset')).toBe(before + 48));
  const cell = new RecordsPage(page, 'flights').row(0).getByRole('gridcell').nth(2);
  expect(Math.round((await cell.boundingBox())?.width ?? 0)).toBe(before + 48);
  await page.reload();
  await openRecords(page);
  expect(await width(page, 'Offset')).toBe(before + 48);
});

test('the heads are one stop for Tab, arrows move between them', async () => {
  const { page } = await open('full', '#/topics/flights');
  await openRecords(page);
  await button(page, 'Time').focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await head(page, 'Offset').locator('button:focus').waitFor();
  expect(await page.locator('[role="columnheader"] button[tabindex="0"]').count()).toBe(1);
});

test('dragging its edge changes the width, a double click takes it back', async () => {
  const { page } = await open('full', '#/topics');
  await head(page, 'Size').waitFor();
  const before = await width(page, 'Size');
  const handle = head(page, 'Size').locator('[data-resize]');
  const { x, y } = (await handle.boundingBox())!;
  await page.mouse.move(x + 3, y + 10);
  await page.mouse.down();
  await page.mouse.move(x + 63, y + 10, { steps: 4 });
  await page.mouse.up();
  await eventually(async () => expect(Math.abs((await width(page, 'Size')) - before - 60)).toBeLessThan(3));
  await handle.dblclick();
  await eventually(async () => expect(await width(page, 'Size')).toBe(before));
});

test('a column is hidden, said to be, and brought back', async () => {
  const { page } = await open('full', '#/topics/flights');
  await openRecords(page);
  await button(page, 'Key').focus();
  await page.keyboard.press('ArrowDown');
  await page.getByRole('menuitem', { name: 'Hide Key' }).click();
  await eventually(async () => expect(await titles(page)).not.toContain('Key'));
  await page.reload();
  await openRecords(page);
  expect(await titles(page)).not.toContain('Key');
  await page.getByRole('button', { name: 'Columns: 1 hidden' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Key' }).click();
  await eventually(async () => expect(await titles(page)).toContain('Key'));
});

test('a column moves within its group, never among the fields of the record', async () => {
  const { page } = await open('full', '#/topics/flights');
  await openRecords(page);
  const move = async (title: string, where: string): Promise<void> => {
    await button(page, title).click({ button: 'right' });
    await page.getByRole('menuitem', { name: where }).click();
    await page.getByRole('menu').waitFor({ state: 'hidden' });
  };
  await move('Key', 'Move left');
  await eventually(async () => expect((await titles(page)).slice(0, 4)).toEqual(['Time', 'Part.', 'Key', 'Offset']));
  await move('Offset', 'Move right');
  expect((await titles(page)).slice(0, 4)).toEqual(['Time', 'Part.', 'Key', 'Offset']);
});

test('kept in sight, columns stay where they are while the others scroll', async () => {
  const { page } = await open('full', '#/topics/flights');
  await openRecords(page);
  await button(page, 'Offset').click();
  await page.getByRole('menuitem', { name: 'Keep in sight up to here' }).click();
  const grid = new RecordsPage(page, 'flights').grid;
  const left = async (index: number): Promise<number> =>
    Math.round((await grid.locator('[aria-rowindex="2"] [role="gridcell"]').nth(index).boundingBox())?.x ?? 0);
  const [offset, field] = [await left(2), await left(5)];
  await grid.evaluate((element) => element.scrollTo(200, 0));
  await eventually(async () => expect(await left(5)).toBe(field - 200));
  expect(await left(2)).toBe(offset);
});

test('left and right show more of a wide table, the row stays chosen', async () => {
  const { page } = await open('full', '#/topics/flights');
  await page.setViewportSize({ width: 800, height: 700 });
  const records = new RecordsPage(page, 'flights');
  await records.row(0).waitFor();
  const grid = page.getByRole('grid');
  await grid.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  const left = () => grid.evaluate((element) => element.scrollLeft);
  await eventually(async () => expect(await left()).toBeGreaterThan(100));
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await eventually(async () => expect(await left()).toBe(0));
});

test('right goes into the cells of the chosen row, left out of them again; a screen reader is told which', async () => {
  const { page } = await open('full', '#/topics/flights');
  await openRecords(page);
  const grid = page.getByRole('grid');
  const active = async (): Promise<string> => {
    const it = page.locator(`[id="${await grid.getAttribute('aria-activedescendant')}"]`);
    return [await it.getAttribute('role'), await it.getAttribute('aria-colindex')].filter(Boolean).join(' ');
  };
  await grid.focus();
  await page.keyboard.press('ArrowDown');
  await eventually(async () => expect(await active()).toBe('row'));
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await eventually(async () => expect(await active()).toBe('gridcell 2'));
  await page.keyboard.press('ArrowDown');
  await eventually(async () => expect(await active()).toBe('gridcell 2'));
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await eventually(async () => expect(await active()).toBe('row'));
});

test('the chosen cell is copied whole, a chosen row as spreadsheets take it', async () => {
  const { page } = await open('full', '#/topics/flights');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await openRecords(page);
  const cells = new RecordsPage(page, 'flights').row(0).getByRole('gridcell');
  const clipboard = () => page.evaluate<string>('navigator.clipboard.readText()');
  await cells.nth(2).click();
  await page.keyboard.press('ControlOrMeta+c');
  await page.getByText('Offset copied').waitFor();
  const offset = (await cells.nth(2).textContent())?.replaceAll(/\D/g, '');
  expect(await clipboard()).toBe(offset);
  for (let press = 0; press < 3; press += 1) await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ControlOrMeta+c');
  await page.getByText('Row copied').waitFor();
  const row = (await clipboard()).split('\t');
  expect(row[2]).toBe(offset);
  expect(row[3]).toBe(await cells.nth(3).textContent());
});

test('Enter on a head that sorts turns the order, and opens no row', async () => {
  const { page, window } = await open('full', '#/topics');
  await button(page, 'Size').focus();
  await page.keyboard.press('Enter');
  await page.locator('[role="columnheader"][aria-sort="descending"]').filter({ hasText: 'Size' }).waitFor();
  await window.heading('Topics').waitFor();
});
