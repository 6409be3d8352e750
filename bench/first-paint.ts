/**
 * The page of a running workbench, opened in a browser that has never seen it: from the start of its navigation to the first
 * paint, to the frame one can click in, and to the first live number; and the script that took. Run: node bench/first-paint.ts
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { z } from 'zod';
import { shippedDir } from '#core/workspace/paths.ts';
import { launchChromium } from '../test/browser/chromium.ts';
import { busyText, median, rounds, say, verdict } from './parts/measure.ts';
import { serveWorkbench, untilRowsAreWritten } from './parts/page.ts';
import { quietMoment } from './parts/quiet.ts';

const barMs = 1_500;
const barKilobytes = 400;

const timesSchema = z.object({
  paintMs: z.number(),
  frameMs: z.number(),
  liveMs: z.number(),
  scripts: z.array(z.string()),
});
type Times = z.infer<typeof timesSchema>;

/** Runs in the page: looks once a frame, notes the first frame that shows each sign. */
const watchFirstSigns = `
  const figure = '//*[text()="Rows written"]/following-sibling::*[1]';
  let frameMs = 0;
  let liveMs = 0;
  function look() {
    const now = performance.now();
    if (frameMs === 0 && document.querySelector('nav a') !== null) frameMs = now;
    const text = document.evaluate(figure, document, null, XPathResult.STRING_TYPE).stringValue;
    if (liveMs === 0 && /\\d/.test(text)) liveMs = now;
    const [paint] = performance.getEntriesByName('first-contentful-paint');
    if (liveMs === 0 || paint === undefined) return requestAnimationFrame(look);
    const scripts = performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname);
    globalThis.firstSigns = {
      paintMs: paint.startTime,
      frameMs,
      liveMs,
      scripts: scripts.filter((path) => path.endsWith('.js')),
    };
  }
  requestAnimationFrame(look);
`;

await using served = await serveWorkbench();
await untilRowsAreWritten(served);
await using browser = await launchChromium();
await open(browser);
const all: Times[] = [];
for (let round = 1; round <= rounds(); round++) {
  const busy = await quietMoment();
  const times = await open(browser);
  all.push(times);
  say(`  round ${round}: ${line(times)} (${busyText(busy)})`);
}
const medianOf = (name: 'paintMs' | 'frameMs' | 'liveMs'): number => median(all.map((times) => times[name]));
const live = medianOf('liveMs');
say(`window: ${line({ paintMs: medianOf('paintMs'), frameMs: medianOf('frameMs'), liveMs: live })}`);
say(`first live number: ${live.toFixed(0)} ms (${verdict(live < barMs, `< ${barMs} ms`)})`);
const kilobytes = scriptKilobytes(all[0]!.scripts);
say(
  `script before it, gzip: ${kilobytes.toFixed(0)} kB (${verdict(kilobytes <= barKilobytes, `≤ ${barKilobytes} kB`)})`,
);

/** In a context of its own: nothing is cached. */
async function open(browser: Browser): Promise<Times> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript({ content: watchFirstSigns });
  await page.goto(served.url);
  const times = await page.waitForFunction(() => (globalThis as { firstSigns?: unknown }).firstSigns);
  const found = timesSchema.parse(await times.jsonValue());
  await context.close();
  return found;
}

function line({ paintMs, frameMs, liveMs }: Omit<Times, 'scripts'>): string {
  return `first paint ${paintMs.toFixed(0)} ms, frame ${frameMs.toFixed(0)} ms, live number ${liveMs.toFixed(0)} ms`;
}

function scriptKilobytes(paths: readonly string[]): number {
  const bytes = paths.map(
    (path) => gzipSync(readFileSync(join(shippedDir('dist/renderer'), path)), { level: 9 }).length,
  );
  return bytes.reduce((sum, size) => sum + size, 0) / 1_000;
}
