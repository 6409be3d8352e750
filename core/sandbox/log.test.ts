/** The log of the sandbox: from the lines of its parts to pages for whoever follows it. */
import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { type Line, parsePostgresLine } from './line.ts';
import { LineBatcher } from './line-batcher.ts';
import { LogRing } from './log-ring.ts';
import { followLog } from './postgres/follow-log.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const line = (text: string): Line => ({ at: 1, part: 'broker', level: 'info', text });

it('gives the last lines at once, then what comes, and says what was too much', async () => {
  const ring = new LogRing();
  const ending = new AbortController();
  for (let n = 0; n < 5_000; n++) ring.add(line(`${n}`));
  const pages = ring.watch(ending.signal);
  const first = (await pages.next()).value!;
  expect([first.lines.length, first.lines.at(-1)!.text, first.leftOut]).toEqual([2_000, '4999', 0]);
  const next = pages.next();
  ring.add(line('one'));
  expect((await next).value!.lines.map(({ text }) => text)).toEqual(['one']);
  for (let n = 0; n < 10_000; n++) ring.add(line(`${n}`));
  const much = (await pages.next()).value!;
  expect([much.lines.length, much.leftOut]).toEqual([2_000, 8_000]);
  ending.abort();
  expect((await pages.next()).done).toBe(true);
});

it('sends a flood in a few messages', async () => {
  const sent: (readonly Line[])[] = [];
  const batcher = new LineBatcher((lines) => sent.push(lines));
  for (let n = 0; n < 3_000; n++) batcher.add(line(`${n}`));
  await expect.poll(() => sent.length).toBe(1);
  expect(sent[0]!.at(-1)!.text).toBe('2500 more lines came too fast to be kept');
});

it.each([
  ['2026-01-31 10:00:00.000 UTC [7] LOG:  ready', 'info', 'ready'],
  ['2026-01-31 10:00:00.000 UTC [7] ERROR:  no table', 'error', 'ERROR: no table'],
  ['2026-01-31 10:00:00.000 UTC [7] WARNING:  odd', 'warning', 'WARNING: odd'],
  ['\tof several lines', 'info', 'of several lines'],
])('reads %s', (text, level, words) => {
  expect(parsePostgresLine(text)).toEqual({ level, text: words });
});

it('follows a file from its end, also after it was cut', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'follow-'));
  folders.push(folder);
  const path = join(folder, 'server.log');
  writeFileSync(path, 'before\n');
  const lines: string[] = [];
  const follower = followLog(path, (each) => lines.push(each));
  appendFileSync(path, 'one\nhal');
  await expect.poll(() => lines, { timeout: 3_000 }).toEqual(['one']);
  appendFileSync(path, 'f\n');
  await expect.poll(() => lines, { timeout: 3_000 }).toEqual(['one', 'half']);
  truncateSync(path);
  appendFileSync(path, 'new\n');
  follower.close();
  expect(lines).toEqual(['one', 'half', 'new']);
});
