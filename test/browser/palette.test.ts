/** The palette finds every page, topic, pipeline and action, and what it does can be undone. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { WorkbenchError } from '#core/contract/errors.ts';
import { eventually, stageForEachTest } from './stage.ts';

const open = stageForEachTest();

async function choose(page: Page, text: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog', { name: 'Commands' }).waitFor();
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
}

test('goes to a page, a topic and a pipeline by a few letters', async () => {
  const { page, window } = await open('full', '#/home');
  await choose(page, 'topics');
  await window.heading('Topics').waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('option', { name: 'payments.settled' }).waitFor();
  await page.keyboard.type('settled');
  await page.keyboard.press('Enter');
  await window.heading('payments.settled').waitFor();
  await choose(page, 'faulty-to');
  await window.heading('flights-faulty-to-postgres').waitFor();
});

test('opens from the top bar and while typing, closes on Esc and on Ctrl K', async () => {
  const { page } = await open('full', '#/topics');
  const palette = page.getByRole('dialog', { name: 'Commands' });
  await page.getByRole('button', { name: 'Search or run a command' }).click();
  await palette.waitFor();
  await page.keyboard.type('no such thing at all');
  await palette.getByText(/Nothing is called/).waitFor();
  await page.keyboard.press('Escape');
  await palette.waitFor({ state: 'hidden' });
  await page.getByRole('textbox', { name: 'Filter topics' }).focus();
  await page.keyboard.press('Control+k');
  await palette.waitFor();
  await page.keyboard.press('Control+k');
  await palette.waitFor({ state: 'hidden' });
});

test('stops a pipeline; Undo starts it again', async () => {
  const { page, workbench } = await open('full', '#/home');
  await page.getByText('connected', { exact: true }).waitFor();
  await choose(page, 'stop flights-to-postgres');
  await page.getByText('flights-to-postgres stopped').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('flights-to-postgres started').waitFor();
  expect(workbench.asked).toEqual(['stop flights-to-postgres', 'start flights-to-postgres']);
});

test('changes the feed; Undo takes the rate before', async () => {
  const { page, workbench } = await open('full', '#/topics');
  await page.getByText('connected', { exact: true }).waitFor();
  await choose(page, 'feed 2000');
  await eventually(() => expect(workbench.feedRate).toBe(2_000));
  await page.getByRole('button', { name: 'Undo' }).click();
  await eventually(() => expect(workbench.feedRate).toBe(200));
});

test('says why an action was refused', async () => {
  const { page, workbench } = await open('full', '#/topics');
  await page.getByText('connected', { exact: true }).waitFor();
  workbench.refusal = new WorkbenchError('PREFLIGHT_FAILED', 'its process does not answer', {
    nextStep: 'Look at its log.',
  });
  await choose(page, 'stop flights-to-postgres');
  await page.getByText('Stop flights-to-postgres: refused').waitFor();
  await page.getByText('its process does not answer. Look at its log.').waitFor();
});

test('copies a link to what is shown, and changes the theme', async () => {
  const { page } = await open('full', '#/topics/flights');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await choose(page, 'copy a link');
  await eventually(async () =>
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe('mercury://topics/flights'),
  );
  await choose(page, 'light theme');
  expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('light');
});
