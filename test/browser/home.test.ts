/** Home in each state: what starts, runs, fails, and the feed the user steers. */
import { expect, test } from 'vitest';
import { HomePage } from './page-objects.ts';
import { eventually, stageForEachTest } from './stage.ts';

const open = stageForEachTest();

test('shows the job as stages whose numbers move', async () => {
  const { page } = await open('full', '#/home');
  const home = new HomePage(page);
  await home.stages().getByText('arrival-delay').waitFor();
  await home.stages().getByText('postgres.flights').waitFor();
  await eventually(async () => expect(await home.rowsWritten()).toBeGreaterThan(0));
  const before = (await home.rowsWritten()) ?? 0;
  await eventually(async () => expect(await home.rowsWritten()).toBeGreaterThan(before));
  expect(await home.figure('Dead letters')).toBe('2');
  await page.getByText('exactly once').first().waitFor();
});

test('measures the rows written a second from the counter', async () => {
  const { page, workbench } = await open('full', '#/home');
  workbench.setFeedRate(1_000);
  const chart = page.getByRole('figure', { name: /Rows written a second/ });
  await eventually(async () => {
    const [, now] = /second: ([\d\s]+) now/.exec((await chart.textContent()) ?? '') ?? [];
    expect(Math.abs(Number(now?.replaceAll(/\D/g, '')) - 1_000)).toBeLessThan(60);
  });
  workbench.setFeedRate(0);
  await eventually(async () => expect(await chart.textContent()).toContain('second: 0 now'));
});

test('a pipeline that starts again draws no burst', async () => {
  const { page, workbench } = await open('full', '#/home');
  const chart = page.getByRole('figure', { name: /Rows written a second/ });
  const most = async () =>
    Number(/at most ([\d\s]+) in/.exec((await chart.textContent()) ?? '')?.[1]?.replaceAll(/\D/g, ''));
  await eventually(async () => expect(await most()).toBeGreaterThan(100));
  workbench.restart();
  const home = new HomePage(page);
  await eventually(async () => expect(await home.rowsWritten()).toBeLessThan(2_000));
  await eventually(async () => expect(await home.rowsWritten()).toBeGreaterThan(400));
  expect(await most()).toBeLessThan(400);
});

test('steers the feed: a preset, any rate, pause and resume', async () => {
  const { page, workbench } = await open('full', '#/home');
  await page.getByRole('button', { name: /^2.000 a second$/ }).click();
  await page.getByRole('button', { name: /^2.000 a second$/, pressed: true }).waitFor();
  await new HomePage(page).setFeedRate(350);
  await eventually(() => expect(workbench.feedRate).toBe(350));
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByRole('button', { name: 'Pause' }).waitFor();
  expect(workbench.asked).toEqual(['feed 2000', 'feed 350', 'feed 0', 'feed 350']);
});

test('refuses a rate that is no number without asking the host', async () => {
  const { page, workbench } = await open('full', '#/home');
  const field = page.getByRole('textbox', { name: 'Records a second, any rate' });
  await field.fill('many');
  await field.press('Enter');
  expect(await field.getAttribute('aria-invalid')).toBe('true');
  expect(workbench.asked).toEqual([]);
});

test('says what is starting now, then how long each step took', async () => {
  const { page, workbench } = await open('starting', '#/home');
  await page.getByText('Kafka, Schema Registry and PostgreSQL start').waitFor();
  await page.getByText('Waiting: goes on by itself').waitFor();
  workbench.scenario = 'full';
  const steps = page.getByRole('list', { name: 'Start-up' });
  await steps.getByText('4.87 s').waitFor();
});

test('explains a failed job, a failed sandbox and a crashed process', async () => {
  const { page } = await open('error', '#/home');
  await page.getByRole('alert').getByText('has no column predicted_arr_delay').waitFor();
  await page.getByText('Add the column, or give the pipeline a table of its own').waitFor();
  await page.getByText('PostgreSQL are not running: the sandbox ended').waitFor();
  await page.getByText(/^Last crash at .*: killed by SIGKILL/).waitFor();
  await page.getByRole('button', { name: 'Start', exact: true }).waitFor();
});

test('teaches what a pipeline is where there is none', async () => {
  const { page } = await open('empty', '#/home');
  await page.getByText('No pipeline in this workspace').waitFor();
});

test('says that it waits while nothing has come', async () => {
  const { page } = await open('loading', '#/home');
  await page.getByRole('status').getByText('Connecting to the workbench').waitFor();
});
