/** Models: what each needs and adds, and why one can't be used. */
import { expect, test } from 'vitest';
import { seriousFaultsInBothThemes } from './axe.ts';
import { stageForEachTest } from './stage.ts';

const open = stageForEachTest();

test('lists models and shows the card of one, with the pipelines that use it', async () => {
  const { page, window } = await open('full', '#/home');
  await window.goTo('Models');
  const row = page.getByRole('row').filter({ hasText: 'predicted_arr_delay' });
  await row.getByText('flights-to-postgres').waitFor();
  await row.click();
  const card = page.getByRole('complementary', { name: 'Model' });
  await card.getByText('sched_dep_time').waitFor();
  await card.getByText('13.01').waitFor();
  await card.getByRole('link', { name: 'flights-to-postgres' }).click();
  await window.heading('flights-to-postgres').waitFor();
});

test('checks that this machine computes what the trainer saw', async () => {
  const { page, workbench } = await open('full', '#/models');
  await page.getByRole('row').filter({ hasText: 'arrival-delay' }).click();
  const card = page.getByRole('complementary', { name: 'Model' });
  const check = card.getByRole('button', { name: 'Check parity' });
  await check.click();
  await card.getByText('Passed: all 200 rows within the tolerance, largest difference 0.0000019 minutes.').waitFor();
  workbench.parity = { rows: 200, differing: 3, worst: 4.21, unit: 'minutes' };
  await check.click();
  await card.getByText('Failed: 3 of 200 rows differ, the largest by 4.2 minutes.').waitFor();
  expect(await seriousFaultsInBothThemes(page)).toEqual([]);
});

test('says why a model can’t be used and what to do', async () => {
  const { page } = await open('full', '#/models');
  await page.getByRole('row').filter({ hasText: 'fare-class' }).click();
  const card = page.getByRole('complementary', { name: 'Model' });
  await card.getByText('or write its hash on the card').waitFor();
  await page.keyboard.press('Escape');
  await card.waitFor({ state: 'hidden' });
});

test('teaches where there is none, explains a failure', async () => {
  const { page, workbench } = await open('empty', '#/models');
  await page.getByText('No model in this workspace').waitFor();
  workbench.scenario = 'error';
  await page.reload();
  await page.getByRole('alert').getByText('No broker answers').waitFor();
  workbench.scenario = 'full';
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('grid', { name: 'Models' }).waitFor();
  expect(await page.getByRole('row').count()).toBe(3);
});
