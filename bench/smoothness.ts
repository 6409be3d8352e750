/**
 * Home at full load (the sample feed at its highest rate, the pipeline running), watched for a minute: long tasks of the page
 * that follows everything, against the same page at the same time whose line is held. Run: node bench/smoothness.ts
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { launchChromium } from '../test/browser/chromium.ts';
import { busyText, median, rounds, say, thousands, verdict } from './parts/measure.ts';
import { openLine, rowsWritten, serveWorkbench, untilRowsAreWritten } from './parts/page.ts';
import { quietMoment } from './parts/quiet.ts';

const seconds = Number(process.env.BENCH_SECONDS ?? 60);
const tolerated = 1;
const highestRate = 100_000;
/** Rows that say the load is there: well beyond what the feed begins with. */
const loadedRows = 50_000;

const tasksSchema = z.array(z.number());

// Before the load is there: other programs make tasks long by waiting.
say(`  ${busyText(await quietMoment())}`);
await using served = await serveWorkbench();
await untilRowsAreWritten(served);
await served.ask('PUT', '/sandbox/feed', { ratePerSecond: highestRate });
await untilRowsAreWritten(served, loadedRows);
const differences: number[] = [];
for (let round = 1; round <= Math.min(rounds(), 3); round++) differences.push(await watchBoth(round));
const worst = Math.max(...differences);
say(
  `long tasks more than with updates off: ${median(differences)}, at worst ${worst} (${verdict(median(differences) <= tolerated, `≤ ${tolerated}`)})`,
);

/** Answers how many more long tasks the live page had. */
async function watchBoth(round: number): Promise<number> {
  const port = Number(new URL(served.url).port);
  await using line = await openLine(port);
  await using browser = await launchChromium([`--host-resolver-rules=MAP localhost:${port} 127.0.0.1:${line.port}`]);
  const open = async (host: string): Promise<Page> => {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    await page.goto(served.url.replace('127.0.0.1', host));
    await page.getByText('Rows written', { exact: true }).waitFor();
    return page;
  };
  const live = await open('127.0.0.1');
  const held = await open('localhost');
  await delay(2_000);
  line.hold();
  await expectStill(held);
  const before = await rowsWritten(served);
  const workOf = await mainThreadWork(live);
  const [ours, theirs] = await Promise.all([longTasks(live), longTasks(held)]);
  const work = await workOf();
  const rate = ((await rowsWritten(served)) - before) / seconds;
  const text = (tasks: readonly number[]): string => `${tasks.length} (longest ${Math.max(0, ...tasks).toFixed(0)} ms)`;
  say(`  round ${round}: the live page's main thread works ${work.toFixed(0)} ms a second`);
  say(`  round ${round}: ${text(ours)} live, ${text(theirs)} with updates off, at ${thousands(rate)} rows/s`);
  return ours.length - theirs.length;
}

/** From now on; the answer gives its processor time, milliseconds a second: on a busy machine tasks are long by waiting too. */
async function mainThreadWork(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const read = async (): Promise<{ work: number; at: number }> => {
    const { metrics } = await session.send('Performance.getMetrics');
    const of = (name: string): number => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
    return { work: of('TaskDuration'), at: performance.now() / 1_000 };
  };
  const before = await read();
  return async () => {
    const after = await read();
    return ((after.work - before.work) / (after.at - before.at)) * 1_000;
  };
}

/** Its figures do not move: the line is held. */
async function expectStill(page: Page): Promise<void> {
  const read = async () => (await page.locator('main').textContent()) ?? '';
  await delay(500);
  const before = /Rows written\s*([\d,]+)/.exec(await read())?.[1];
  await delay(1_500);
  const after = /Rows written\s*([\d,]+)/.exec(await read())?.[1];
  if (before === undefined || before !== after) throw new Error(`the held page moved: ${before} to ${after}`);
}

/**
 * Milliseconds of each task over 50 ms in the next `seconds`. Ends with a long task made on purpose, which does not count: a
 * page where that one is not seen would prove nothing.
 */
async function longTasks(page: Page): Promise<readonly number[]> {
  const found = await page.evaluate(async (milliseconds) => {
    const tasks: number[] = [];
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) tasks.push(duration);
    });
    observer.observe({ entryTypes: ['longtask'] as never[] });
    const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    await wait(milliseconds);
    const counted = tasks.length;
    setTimeout(() => {
      const end = performance.now() + 100;
      while (performance.now() < end);
    });
    await wait(1_000);
    if (tasks.length === counted) throw new Error('this browser does not tell of long tasks');
    return tasks.slice(0, counted);
  }, seconds * 1_000);
  return tasksSchema.parse(found);
}
