/** Pages in tabs: opened beside each other, moved, closed, remembered; the active one is what the address says. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { RecordsPage, TopicsPage } from './page-objects.ts';
import { eventually, stageForEachTest } from './stage.ts';

const open = stageForEachTest();
/** Of the dock, not those inside a page. */
const tabs = (page: Page) => page.locator('[role="tab"][data-tab-panel-id]');
const groups = (page: Page) => page.locator('[role="tablist"]', { has: tabs(page) });
const titles = async (page: Page): Promise<string[]> =>
  (await tabs(page).allInnerTexts()).map((text) => text.trim()).toSorted();
const hash = (page: Page) => page.evaluate<string>('location.hash');
const activeTitle = (page: Page) => page.locator('[data-active-tab] h1').textContent();

test('one page has no strip of tabs; two stand side by side, each with its own', async () => {
  const { page } = await open('full', '#/topics/flights');
  await new RecordsPage(page, 'flights').row(0).waitFor();
  expect(await tabs(page).count()).toBe(0);
  await page.keyboard.press('Control+Backslash');
  await eventually(async () => expect(await tabs(page).count()).toBe(2));
  await page.evaluate("location.hash = '#/topics/flights-faulty'");
  await new RecordsPage(page, 'flights-faulty').row(0).waitFor();
  expect(await new RecordsPage(page, 'flights').row(0).isVisible()).toBe(true);
  const boxes = await page
    .getByRole('grid')
    .evaluateAll((grids) => grids.map((grid) => grid.getBoundingClientRect().x));
  expect(new Set(boxes).size, 'beside each other').toBe(2);
});

test('what is done in one is not done in the other', async () => {
  const { page } = await open('full', '#/topics/flights');
  const flights = new RecordsPage(page, 'flights');
  await flights.row(2).click();
  await flights.inspector.waitFor();
  await page.keyboard.press('Control+Backslash');
  await page.evaluate("location.hash = '#/topics'");
  const list = new TopicsPage(page);
  await list.list.waitFor();
  await list.topic('orders').waitFor();
  await page.keyboard.press('/');
  await page.locator('[data-active-tab] input:focus').waitFor();
  await page.keyboard.type('faulty');
  await eventually(async () => expect(await list.filter.inputValue()).toBe('faulty'));
  // The record stays selected.
  await flights.inspector.waitFor();
});

test('the keyboard stays in a page that moves when the dock arrives late', async () => {
  const { page } = await open('full', '#/topics');
  const { filter } = new TopicsPage(page);
  await filter.waitFor();
  const arrived = Promise.withResolvers<void>();
  await page.route(/dock-layout.*\.js$/, async (route) => {
    await arrived.promise;
    await route.continue();
  });
  await page.keyboard.press('Control+Backslash');
  await page.locator('[data-active-tab]').getByRole('textbox', { name: 'Filter topics' }).focus();
  await page.keyboard.type('fau');
  arrived.resolve();
  await tabs(page).nth(1).waitFor();
  await page.keyboard.type('lty');
  await eventually(async () =>
    expect(await page.locator('[data-active-tab]').getByRole('textbox').inputValue()).toBe('faulty'),
  );
});

test('the active tab drives the address, a link shows the tab that has it', async () => {
  const { page, window } = await open('full', '#/topics');
  await page.keyboard.press('Control+Backslash');
  await window.goTo('Pipelines');
  expect(await hash(page)).toBe('#/pipelines');
  await page.keyboard.press('Alt+BracketRight');
  await eventually(async () => expect(await hash(page)).toBe('#/topics'));
  expect(await activeTitle(page)).toBe('Topics');
  await page.evaluate("location.hash = '#/pipelines'");
  await eventually(async () => expect(await activeTitle(page)).toBe('Pipelines'));
  expect(await tabs(page).count(), 'no third one').toBe(2);
  await page.goBack();
  await eventually(async () => expect(await activeTitle(page)).toBe('Topics'));
});

test('tabs, their places and the active one come back after a reload', async () => {
  const { page, window } = await open('full', '#/topics');
  await page.keyboard.press('Control+Backslash');
  await window.goTo('Models');
  await page.keyboard.press('Alt+KeyN');
  await window.goTo('Sandbox');
  await eventually(async () => expect(await titles(page)).toEqual(['Models', 'Sandbox', 'Topics']));
  const places = () =>
    tabs(page).evaluateAll((all) => all.map((tab) => [tab.textContent, Math.round(tab.getBoundingClientRect().x)]));
  const before = await places();
  await page.reload();
  await eventually(async () => expect(await places()).toEqual(before));
  expect(await hash(page)).toBe('#/sandbox');
  await eventually(async () => expect(await activeTitle(page)).toBe('Sandbox'));
});

test('an arrangement of another version is thrown away', async () => {
  const { page, window } = await open('full', '#/topics');
  await page.keyboard.press('Control+Backslash');
  await eventually(async () => expect(await tabs(page).count()).toBe(2));
  await page.evaluate(`localStorage.setItem('mercury.layout', JSON.stringify({ version: 0, tabs: 'none' }))`);
  await page.reload();
  await window.heading('Topics').waitFor();
  expect(await tabs(page).count()).toBe(0);
});

test('a tab moves to a split and back by keyboard, and closes', async () => {
  const { page, window } = await open('full', '#/topics');
  await page.keyboard.press('Alt+KeyN');
  await window.goTo('Models');
  await eventually(async () => expect(await groups(page).count()).toBe(1));
  await page.keyboard.press('Alt+Shift+ArrowRight');
  await eventually(async () => expect(await groups(page).count()).toBe(2));
  await page.keyboard.press('Alt+Shift+ArrowLeft');
  await eventually(async () => expect(await groups(page).count()).toBe(1));
  expect(await activeTitle(page)).toBe('Models');
  await page.keyboard.press('Alt+KeyW');
  await eventually(async () => expect(await tabs(page).count()).toBe(0));
  await window.heading('Topics').waitFor();
  expect(await hash(page)).toBe('#/topics');
  await page.keyboard.press('Alt+KeyW');
  await window.heading('Topics').waitFor();
});

test('dragged by the mouse to the side, a tab gets a place of its own', async () => {
  const { page, window } = await open('full', '#/topics');
  await page.keyboard.press('Alt+KeyN');
  await window.goTo('Models');
  await eventually(async () => expect(await tabs(page).count()).toBe(2));
  const main = (await page.getByRole('main').boundingBox())!;
  await tabs(page)
    .filter({ hasText: 'Models' })
    .dragTo(page.getByRole('main'), {
      targetPosition: { x: main.width - 20, y: main.height / 2 },
    });
  await eventually(async () => expect(await groups(page).count()).toBe(2));
});

test('a link opens in a tab of its own with Ctrl, its list stays', async () => {
  const { page } = await open('full', '#/topics');
  await page.getByRole('link', { name: 'orders', exact: true }).click({ modifiers: ['Control'] });
  await eventually(async () => expect(await titles(page)).toEqual(['Topics', 'orders']));
  expect(await hash(page)).toBe('#/topics/orders');
});

test('the palette does it too, and offers to close only what can be closed', async () => {
  const { page } = await open('full', '#/topics');
  const find = async (text: string): Promise<void> => {
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog', { name: 'Commands' }).waitFor();
    await page.keyboard.type(text);
  };
  await find('close tab');
  await page.getByText('Nothing is called').waitFor();
  await page.keyboard.press('Escape');
  await find('open below');
  await page.keyboard.press('Enter');
  await eventually(async () => expect(await tabs(page).count()).toBe(2));
  await find('close tab');
  await page.keyboard.press('Enter');
  await eventually(async () => expect(await tabs(page).count()).toBe(0));
});
