/** A quiet moment to measure in: other programs' work counts in nobody's favour, and a ratio of two busy moments says little. */
import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

const sampleMs = 400;
const quietShare = 0.15;
/** A machine that never rests must not keep a benchmark for ever. */
const patienceMs = Number(process.env.BENCH_PATIENCE_MS ?? 10_000);

/** Waits until the processors are nearly idle, within limits. Answers their busy share in the end, 0 to 1. */
export async function quietMoment(): Promise<number> {
  const end = performance.now() + patienceMs;
  for (;;) {
    const share = await busyShare();
    if (share < quietShare || performance.now() > end) return share;
  }
}

async function busyShare(): Promise<number> {
  const before = processorTimes();
  await delay(sampleMs);
  const after = processorTimes();
  const total = after.total - before.total;
  return total === 0 ? 0 : 1 - (after.idle - before.idle) / total;
}

/** Milliseconds over all processors. */
function processorTimes(): { readonly idle: number; readonly total: number } {
  let idle = 0;
  let total = 0;
  for (const { times } of cpus()) {
    idle += times.idle;
    total += times.idle + times.user + times.sys + times.nice + times.irq;
  }
  return { idle, total };
}
