/**
 * Rows written a second by each pipeline over the last two minutes, measured here from the counter of its snapshots.
 *
 * Each point is the growth of the counter within one second of this clock, so a second without a snapshot is a true zero.
 * Collecting goes on while the page is hidden; drawing does not.
 */
import { useSyncExternalStore } from 'react';

export const windowSeconds = 120;

interface Counter {
  run: number | null;
  written: bigint;
  /** Of the seconds gone by, oldest first; null before the first snapshot of the pipeline. */
  readonly perSecond: (number | null)[];
  /** The counter at the last tick. */
  atTick: bigint;
}

const counters = new Map<string, Counter>();
const listeners = new Set<() => void>();
let version = 0;

/** `run`: when the run began; the counter starts again with it. */
export function recordWritten(pipeline: string, run: number | null, written: bigint): void {
  const counter = counters.get(pipeline);
  if (counter === undefined) {
    counters.set(pipeline, { run, written, perSecond: Array(windowSeconds).fill(null), atTick: written });
    return;
  }
  if (counter.run !== run || written < counter.written) {
    counter.run = run;
    counter.atTick = 0n;
  }
  counter.written = written;
}

function tick(): void {
  for (const counter of counters.values()) {
    counter.perSecond.shift();
    counter.perSecond.push(Number(counter.written - counter.atTick));
    counter.atTick = counter.written;
  }
  if (document.visibilityState === 'hidden') return;
  version += 1;
  for (const listener of listeners) listener();
}

/** Runs for the life of the page. Called once, by the shell. */
export function startWrittenRate(): () => void {
  const timer = setInterval(tick, 1_000);
  return () => clearInterval(timer);
}

const none: readonly (number | null)[] = Array<number | null>(windowSeconds).fill(null);

/** Renders its caller once a second while the page is visible. */
export function useWrittenRate(pipeline: string): readonly (number | null)[] {
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => version,
  );
  return counters.get(pipeline)?.perSecond ?? none;
}
