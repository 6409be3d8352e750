/**
 * Says when the next records may be sent, so that a feed keeps a rate that can change, pauses and ends at once.
 *
 * A single loop calls `take`; the rest may be called by anyone at any time. While paused there is no timer.
 */
export interface Pacer {
  readonly ratePerSecond: number;
  /** Resolves with how many records may be sent now, 1 … `most`; with 0 once the pacer is closed. */
  take(most: number): Promise<number>;
  /** Zero holds like a pause; Infinity does not hold at all. */
  setRate(ratePerSecond: number): void;
  pause(): void;
  resume(): void;
  close(): void;
}

/** Records become due in steps of this length: ten small sends a second, not one a record. */
const stepMs = 100;
/** What a stalled sender may catch up with, in seconds of the rate: no burst after a long stall. */
const maxBacklogSeconds = 1;

export function createPacer(ratePerSecond: number): Pacer {
  let rate = ratePerSecond;
  let isPaused = false;
  let isClosed = false;
  /** Records that are due, as of `countedAtMs`. */
  let due = 0;
  let countedAtMs = performance.now();
  let wake: (() => void) | undefined;

  function count(): void {
    const nowMs = performance.now();
    if (rate === Number.POSITIVE_INFINITY) due = 0;
    else if (!isPaused)
      due = Math.min(due + (rate * (nowMs - countedAtMs)) / 1000, Math.max(1, rate * maxBacklogSeconds));
    countedAtMs = nowMs;
  }

  /** How long to wait until a step's records, but at least one and never more than `most`, are due; 0 if they are. */
  function waitMs(most: number): number {
    if (isPaused || rate <= 0) return Number.POSITIVE_INFINITY;
    if (rate === Number.POSITIVE_INFINITY) return 0;
    const wanted = Math.min(most, Math.max(1, Math.ceil((rate * stepMs) / 1000)));
    return due >= wanted ? 0 : Math.max(1, ((wanted - due) / rate) * 1000);
  }

  function change(apply: () => void): void {
    count();
    apply();
    wake?.();
  }

  function sleep(durationMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = Number.isFinite(durationMs) ? setTimeout(() => wake?.(), durationMs) : undefined;
      wake = () => {
        clearTimeout(timer);
        wake = undefined;
        resolve();
      };
    });
  }

  return {
    get ratePerSecond() {
      return rate;
    },
    async take(most) {
      while (!isClosed) {
        count();
        const holdMs = waitMs(most);
        if (holdMs === 0) {
          if (rate === Number.POSITIVE_INFINITY) return most;
          const taken = Math.min(most, Math.floor(due));
          due -= taken;
          return taken;
        }
        await sleep(holdMs);
      }
      return 0;
    },
    setRate: (next) => change(() => (rate = next)),
    pause: () => change(() => (isPaused = true)),
    resume: () => change(() => (isPaused = false)),
    close: () => change(() => (isClosed = true)),
  };
}
