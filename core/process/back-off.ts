/** How long to wait before something is tried again that failed, and may pass by itself: a crash, a server that is away. */
const firstDelayMs = 250;
const longestDelayMs = 10_000;

/** `failuresInARow`: from 1, without a success in between. */
export function backOffMs(failuresInARow: number): number {
  return Math.min(firstDelayMs * 2 ** (failuresInARow - 1), longestDelayMs);
}
