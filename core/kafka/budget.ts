/**
 * The MB/s budget of a connection: one bucket for all that fetch with its guard in this process.
 *
 * Whoever fetches waits until nothing is owed, then owes what came; up to a second's worth is saved while nobody does. So over
 * any time what was fetched is at most the budget of that time, of one second more, and one answer.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { ConnectionGuard } from '#core/workspace/connection.ts';

interface Bucket {
  /** Bytes; less than 0 is what is saved. */
  owed: number;
  atMs: number;
}

const buckets = new WeakMap<ConnectionGuard, Bucket>();
const savedMs = 1_000;
/** A budget that is changed counts for those that wait, too. */
const longestWaitMs = 200;
const smallestFetchBytes = 64 << 10;

/** Resolves when a fetch may be sent, or the signal aborts. */
export async function untilAffordable(guard: ConnectionGuard, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const bytesPerMs = rateOf(guard);
    if (bytesPerMs === undefined) {
      buckets.delete(guard);
      return;
    }
    const { owed } = settled(guard, bytesPerMs);
    if (owed <= 0) return;
    await delay(Math.min(longestWaitMs, Math.ceil(owed / bytesPerMs)), undefined, { signal }).catch(() => {});
  }
}

export function spend(guard: ConnectionGuard, bytes: number): void {
  const bytesPerMs = rateOf(guard);
  if (bytesPerMs !== undefined) settled(guard, bytesPerMs).owed += bytes;
}

/** How much to ask for at once: what a second allows, so that a small budget does not come in gusts. */
export function affordable(guard: ConnectionGuard | undefined, bytes: number): number {
  const bytesPerMs = guard === undefined ? undefined : rateOf(guard);
  if (bytesPerMs === undefined) return bytes;
  return Math.min(bytes, Math.max(smallestFetchBytes, Math.floor(bytesPerMs * savedMs)));
}

function rateOf({ megabytesPerSecond }: ConnectionGuard): number | undefined {
  return megabytesPerSecond === null ? undefined : megabytesPerSecond * 1_000;
}

function settled(guard: ConnectionGuard, bytesPerMs: number): Bucket {
  const now = performance.now();
  const bucket = buckets.get(guard) ?? { owed: 0, atMs: now };
  bucket.owed = Math.max(bucket.owed - bytesPerMs * (now - bucket.atMs), -bytesPerMs * savedMs);
  bucket.atMs = now;
  buckets.set(guard, bucket);
  return bucket;
}
