/**
 * Records a second of each pipeline and of each of its stages over the last two minutes, measured here from the counters of
 * the snapshots.
 *
 * Between two snapshots the counter is taken to grow evenly, so that their rhythm does not show as a wave; when it stood
 * still for longer, it is a true zero. Collecting goes on while the page is hidden, drawing does not.
 */
import { useSyncExternalStore } from 'react';
import type { PipelineProgress, Stage } from '#core/contract/pipeline.ts';

export const windowSeconds = 120;

/** Snapshots of something that moves come every 250 ms: one that comes later ended a standstill. */
const standstillMs = 600;
const rhythmMs = 250;
/** A second is reckoned this long after its end, when the snapshot that follows it is there. */
const delayMs = 500;

interface Sample {
  readonly at: number;
  readonly count: number;
}

interface Counter {
  /** Records of the runs before this one, so that the counter only grows. */
  before: number;
  lastInRun: number;
  /** Oldest first; those that no second to come needs are dropped. */
  samples: Sample[];
  /** The end of the last second reckoned. */
  reckonedTo: number;
  /** A new one each second: who keeps it sees it as it was. */
  perSecond: readonly (number | null)[];
}

const counters = new Map<string, Counter>();
const listeners = new Set<() => void>();
let version = 0;

/** Of all stages, and of what was written under the name `written`. */
export function recordProgress(pipeline: string, { written, deleted, stages }: PipelineProgress): void {
  record(keyOf(pipeline, 'written'), written + deleted);
  for (const { id, count } of stages) record(keyOf(pipeline, id), count);
}

type Measured = Stage['id'] | 'written';
const keyOf = (pipeline: string, measured: Measured): string => `${pipeline} ${measured}`;

/** A counter that went back began again at 0: a new run of the pipeline. */
function record(key: string, records: bigint): void {
  const at = performance.now();
  const inRun = Number(records);
  const counter = counters.get(key);
  if (counter === undefined) {
    const samples = [{ at, count: inRun }];
    const perSecond = Array<number | null>(windowSeconds).fill(null);
    counters.set(key, { before: 0, lastInRun: inRun, samples, reckonedTo: at, perSecond });
    return;
  }
  if (inRun < counter.lastInRun) counter.before += counter.lastInRun;
  counter.lastInRun = inRun;
  addSample(counter, { at, count: counter.before + inRun });
}

function addSample({ samples }: Counter, sample: Sample): void {
  const last = samples.at(-1);
  if (last !== undefined && sample.at - last.at > standstillMs) {
    samples.push({ at: sample.at - rhythmMs, count: last.count });
  }
  samples.push(sample);
}

/** A background page's timers are slow: every second since the last time is reckoned, not only one. */
function reckon(): void {
  const now = performance.now() - delayMs;
  for (const counter of counters.values()) {
    for (; counter.reckonedTo + 1_000 <= now; counter.reckonedTo += 1_000) {
      const { samples, reckonedTo, perSecond } = counter;
      const records = Math.round(countAt(samples, reckonedTo + 1_000) - countAt(samples, reckonedTo));
      counter.perSecond = [...perSecond.slice(1), Math.max(0, records)];
    }
    const kept = counter.samples.findLastIndex(({ at }) => at <= counter.reckonedTo);
    if (kept > 0) counter.samples = counter.samples.slice(kept);
  }
  if (document.visibilityState === 'hidden') return;
  version += 1;
  for (const listener of listeners) listener();
}

function countAt(samples: readonly Sample[], at: number): number {
  const next = samples.findIndex((sample) => sample.at > at);
  const after = samples[next];
  const before = next === -1 ? samples.at(-1) : samples[next - 1];
  if (before === undefined) return after?.count ?? 0;
  if (after === undefined) return before.count;
  return before.count + ((after.count - before.count) * (at - before.at)) / (after.at - before.at);
}

/** Runs for the life of the page. Called once, by the shell. */
export function startRates(): () => void {
  const timer = setInterval(reckon, 1_000);
  return () => clearInterval(timer);
}

const none: readonly (number | null)[] = Array<number | null>(windowSeconds).fill(null);

/** Renders its caller once a second while the page is visible. */
export function useRate(pipeline: string, measured: Measured): readonly (number | null)[] {
  useSyncExternalStore(subscribe, () => version);
  return counters.get(keyOf(pipeline, measured))?.perSecond ?? none;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
