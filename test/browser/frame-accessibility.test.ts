/** The frame and the primitives under axe, in both themes: tabs, the dock below, settings, every primitive. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { seriousFaultsInBothThemes } from './axe.ts';
import { eventually, stageForEachTest } from './stage.ts';

const open = stageForEachTest();

async function expectNoFaults(page: Page): Promise<void> {
  expect(await seriousFaultsInBothThemes(page)).toEqual([]);
}

test('tabs beside each other, with what runs below', async () => {
  const { page } = await open('full', '#/topics');
  await page.getByText('3 processes').waitFor();
  await page.keyboard.press('Control+Backslash');
  await eventually(async () => expect(await page.getByRole('tab').count()).toBe(2));
  await page.keyboard.press('Control+j');
  await page.getByRole('region', { name: 'What runs' }).getByText('Score arrival-delay').waitFor();
  await expectNoFaults(page);
});

test('what runs, when something has crashed', async () => {
  const { page } = await open('error', '#/home');
  await page.keyboard.press('Control+j');
  await page.getByRole('region', { name: 'What runs' }).getByText('sandbox ended').waitFor();
  await expectNoFaults(page);
});

test('settings', async () => {
  const { page } = await open('full', '#/settings');
  await page.getByText('/home/ada/streams', { exact: true }).waitFor();
  await expectNoFaults(page);
});

test('every primitive', async () => {
  const { page } = await open('full', '#/gallery');
  await page.getByRole('grid', { name: 'Sample flights' }).waitFor();
  await expectNoFaults(page);
});

test('a list, a menu and a confirmation that are open', async () => {
  const { page } = await open('full', '#/gallery');
  await page.getByRole('combobox', { name: 'Protocol' }).click();
  await page.getByRole('option', { name: /SASL_SSL/ }).waitFor();
  await expectNoFaults(page);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'More for orders' }).click();
  await page.getByRole('menuitem', { name: 'Rename' }).waitFor();
  await expectNoFaults(page);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Delete orders' }).last().click();
  await page.getByRole('dialog', { name: 'Delete orders?' }).waitFor();
  await expectNoFaults(page);
});

test('half the width, as at twice the size', async () => {
  const { page } = await open('full', '#/home');
  await page.setViewportSize({ width: 720, height: 450 });
  await page.getByText('3 processes').waitFor();
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  await expectNoFaults(page);
});
