/** Pipelines: the list, one of them with its definition, start and stop. */
import { expect, test } from 'vitest';
import { WorkbenchError } from '#core/contract/errors.ts';
import { PipelinesPage } from './page-objects.ts';
import { eventually, stageForEachTest } from './stage.ts';

const open = stageForEachTest();
const name = 'flights-to-postgres';

test('lists what each does, and opens one', async () => {
  const { page } = await open('full', '#/pipelines');
  const pipelines = new PipelinesPage(page);
  await pipelines.list.getByRole('row').filter({ hasText: name }).getByText('exactly once').waitFor();
  await pipelines.openPipeline(name);
  await pipelines.definition().getByText('deadLetter: { topic: flights.dead-letters }').waitFor();
  await page.getByRole('row', { name: /Score arrival-delay/ }).waitFor();
});

test('stops and starts', async () => {
  const { page, workbench } = await open('full', `#/pipelines/${name}`);
  const pipelines = new PipelinesPage(page);
  await pipelines.button('Stop').click();
  await pipelines.button('Start').waitFor();
  await page.getByText('Numbers appear once the pipeline runs.').waitFor();
  await pipelines.button('Start').click();
  await pipelines.button('Stop').waitFor();
  expect(workbench.asked).toEqual([`stop ${name}`, `start ${name}`]);
});

test('shows a refusal with its next step, and takes it away with the next try', async () => {
  const { page, workbench } = await open('full', `#/pipelines/${name}`);
  workbench.refusal = new WorkbenchError('CONFLICT', 'it is draining already', { nextStep: 'Wait a moment.' });
  const { button } = new PipelinesPage(page);
  const pipelines = new PipelinesPage(page);
  await pipelines.button('Stop').click();
  await page.getByRole('alert').getByText('It is draining already.').waitFor();
  await page.getByText('Wait a moment.').waitFor();
  await button.call(pipelines, 'Stop').click();
  await pipelines.button('Start').waitFor();
  await eventually(async () => expect(await page.getByRole('alert').count()).toBe(0));
});

test('says why it retries and that nothing is lost', async () => {
  const { page } = await open('retrying', `#/pipelines/${name}`);
  await page.getByRole('status').getByText('Trying again by itself: nothing is lost').waitFor();
  await page.getByText('Connect ECONNREFUSED 127.0.0.1:54329.').waitFor();
});

test('explains a failed definition, an unknown pipeline and an empty workspace', async () => {
  const { page, workbench, window, host } = await open('error', `#/pipelines/${name}`);
  await page.getByRole('complementary', { name: 'Definition' }).getByText('Reading the definition failed').waitFor();
  workbench.scenario = 'full';
  await window.open(host.url, '#/pipelines/gone');
  await page.getByText('There is no pipeline gone').waitFor();
  workbench.scenario = 'empty';
  await window.open(host.url, '#/pipelines');
  await page.getByText('No pipeline in this workspace').waitFor();
});
