/**
 * What the running workbench takes: resident memory of all its processes while the sample is scored, and their CPU time when
 * nothing is asked of them. Linux only, where a process tells both. Run: node bench/footprint.ts
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findRuntime } from '#core/workspace/runtime.ts';
import { say, verdict } from './parts/measure.ts';
import { serveWorkbench, untilRowsAreWritten } from './parts/page.ts';

const barMegabytes = 700;
const barIdleShare = 0.01;
const settleMs = 30_000;
const watchedMs = 60_000;
/** Of /proc's times: USER_HZ, 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

if (process.platform !== 'linux') {
  say('skipped: reads /proc, which only Linux has');
  process.exit(0);
}

const dir = await mkdtemp(join(tmpdir(), 'mercury-bench-footprint-'));
try {
  await using served = await serveWorkbench(dir);
  await untilRowsAreWritten(served, 2_000);
  const main = findRuntime(join(dir, 'state'))!.pid;
  const megabytes = sum(familyOf(main).map(residentBytes)) / 1e6;
  say(`  ${familyOf(main).map(describe).join(', ')}`);
  const isSmall = verdict(megabytes <= barMegabytes, `≤ ${barMegabytes} MB`);
  say(`resident while the sample is scored: ${megabytes.toFixed(0)} MB (${isSmall})`);

  await served.ask('PUT', '/sandbox/feed', { ratePerSecond: 0 });
  const pipelines = (await served.ask('GET', '/pipelines')) as { name: string; state: string }[];
  for (const { name, state } of pipelines)
    if (state !== 'stopped') await served.ask('POST', `/pipelines/${name}/stop`, {});
  await delay(settleMs);
  const before = sum(familyOf(main).map(cpuSeconds));
  await delay(watchedMs);
  const share = (sum(familyOf(main).map(cpuSeconds)) - before) / (watchedMs / 1000);
  const isIdle = verdict(share < barIdleShare, `< ${barIdleShare * 100} % of a core`);
  say(`idle: ${(share * 100).toFixed(2)} % of a core over ${watchedMs / 1000} s (${isIdle})`);
} finally {
  await rm(dir, { recursive: true, force: true });
}

/** The process and all below it. */
function familyOf(root: number): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  const pairs = lines.map((line) => line.trim().split(/\s+/).map(Number) as [pid: number, parent: number]);
  const family = new Set([root]);
  for (let size = 0; size !== family.size; ) {
    size = family.size;
    for (const [pid, parent] of pairs) if (family.has(parent)) family.add(pid);
  }
  return [...family];
}

/** A process that has just ended takes nothing. */
function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

/** Memory that several of them share (libraries, Postgres' buffers) counts once for each, as in any task list. */
function residentBytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(read(pid, 'status'))?.[1] ?? 0) * 1024;
}

function cpuSeconds(pid: number): number {
  const fields = read(pid, 'stat').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / ticksPerSecond;
}

function describe(pid: number): string {
  const command = read(pid, 'cmdline').split('\0');
  const child = command.find((word) => word.includes('children/'))?.replace(/.*\/|\.ts$/g, '');
  const name = child ?? (read(pid, 'comm').trim() || 'ended');
  return `${name} ${(residentBytes(pid) / 1e6).toFixed(0)} MB`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
