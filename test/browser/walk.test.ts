/** Home's walk on the real workbench: a record that did not become a row is found, understood, fixed and redriven; then a reset. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Window } from './page-objects.ts';
import { openRealWorkbench, type RealWorkbench } from './real-workbench.ts';

const name = 'flights-faulty-to-postgres';
/** The first start builds the page where this source is new, on a machine that may be busy. */
const startTimeoutMs = 180_000;
let workbench: RealWorkbench;
let page: Page;
let window: Window;
let walk: Locator;

/** Each test goes on where the one before it ended. */
describe('in this order', { shuffle: false }, () => {
  beforeAll(async () => {
    workbench = await openRealWorkbench();
    page = workbench.page;
    window = new Window(page);
    walk = page.locator('section[aria-labelledby="walk"]');
  }, startTimeoutMs);
  afterAll(async () => {
    const errors = workbench?.errors ?? [];
    expect(await workbench?.close()).toBe(0);
    expect(errors).toEqual([]);
  });

  const step = (title: string): Locator =>
    walk.getByRole('listitem').filter({ has: page.getByRole('heading', { name: title }) });
  const isTicked = (title: string): Promise<void> => step(title).getByLabel('Done').waitFor({ timeout: 60_000 });

  test(
    'find: the pipeline is started, sets one record aside, and its place in the topic is shown',
    async () => {
      await step('Find')
        .getByRole('button', { name: `Start ${name}` })
        .click({ timeout: startTimeoutMs });
      await isTicked('Find');
      await step('Find')
        .getByText(/flights-faulty-0@400 was set aside/)
        .waitFor();
      await step('Find').getByRole('link', { name: 'Open the record' }).click();
      await window.heading('flights-faulty').waitFor();
      await page
        .getByRole('complementary', { name: 'Record' })
        .getByText('written-by-hand')
        .waitFor({ timeout: 20_000 });
    },
    startTimeoutMs,
  );

  test('why: the reason and the byte at fault', async () => {
    await window.goTo('Home');
    await step('Why').getByRole('link', { name: 'See why' }).click();
    const letter = page.getByRole('complementary', { name: 'Dead letter' });
    await letter.getByText('no Confluent header: the first byte is 0x7b, not 0x00').first().waitFor();
    expect(await letter.locator('mark').textContent()).toBe('7b');
    await window.goTo('Home');
    await isTicked('Why');
  });

  test('fix and redrive: its own JSON becomes a record, and that a row', async () => {
    await step('Redrive')
      .getByText(/2.002 rows so far/)
      .waitFor({ timeout: 20_000 });
    await step('Fix').getByRole('link', { name: 'Fix it' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('The pipeline can read it.').waitFor();
    expect(await dialog.getByRole('textbox').inputValue()).toContain('"flight_id": 2001');
    await dialog.getByRole('button', { name: 'Redrive', exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText('redriven, a row now').first().waitFor({ timeout: 20_000 });
    await window.goTo('Home');
    for (const title of ['Find', 'Why', 'Fix', 'Redrive']) await isTicked(title);
    await step('Redrive')
      .getByText(/It is a row now: 2.003 rows/)
      .waitFor({ timeout: 20_000 });
  });

  test('the walk can be hidden and comes back from the palette', async () => {
    await walk.getByRole('button', { name: /Hide this walk/ }).click();
    await walk.waitFor({ state: 'hidden' });
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('walk');
    await page.getByRole('option', { name: /Show the walk/ }).click();
    await walk.waitFor();
  });

  test('a reset to the beginning with an emptied table, after the name is typed', async () => {
    await page.goto(new URL(`#/pipelines/${name}`, page.url()).href);
    await page.getByRole('button', { name: 'Reset', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Stop it first').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Stop', exact: true }).first().click();
    await page.getByRole('button', { name: 'Start', exact: true }).first().waitFor({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Reset', exact: true }).click();
    await dialog.getByRole('checkbox', { name: /Empty the tables/ }).click();
    await dialog.getByText(/2.003 rows removed/).waitFor();
    await dialog.getByRole('textbox').fill(name);
    await dialog.getByRole('button', { name: `Reset ${name}` }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText('0 rows').waitFor({ timeout: 20_000 });
    await page.getByRole('button', { name: 'Start', exact: true }).first().click();
    // The mended record is in the topic for good; the poison is set aside a second time.
    await page.getByText(/^2.003 rows$/).waitFor({ timeout: 60_000 });
  });

  test('a file that is no pipeline is in the list, with what is wrong', async () => {
    writeFileSync(join(workbench.workspaceDir, 'pipelines', 'broken.yaml'), 'version: 1\nname: broken\n');
    await window.goTo('Pipelines');
    const alert = page.getByRole('alert').filter({ hasText: 'pipelines/broken.yaml is not in the list' });
    await alert.getByText(/source/).waitFor({ timeout: 15_000 });
    writeFileSync(join(workbench.workspaceDir, 'pipelines', 'broken.yaml'), '');
  });
});
