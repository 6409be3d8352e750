/** Counts things and tells how many came a second, over a short sliding window: 0 as soon as nothing came for its length. */
export class RateMeter {
  readonly #windowMs: number;
  readonly #now: () => number;
  /** Marks of (time, count), oldest first; at most one each `windowMs / 10`. */
  readonly #marks: Array<{ at: number; count: number }> = [];
  #count = 0;

  constructor(windowMs = 1_000, now: () => number = () => performance.now()) {
    this.#windowMs = windowMs;
    this.#now = now;
  }

  get count(): number {
    return this.#count;
  }

  add(count: number): void {
    const at = this.#now();
    const last = this.#marks.at(-1);
    if (last === undefined || at - last.at >= this.#windowMs / 10) this.#marks.push({ at, count: this.#count });
    this.#count += count;
    this.#forget(at);
  }

  perSecond(): number {
    const at = this.#now();
    this.#forget(at);
    const oldest = this.#marks[0];
    if (oldest === undefined) return 0;
    const elapsedMs = Math.max(at - oldest.at, this.#windowMs);
    return ((this.#count - oldest.count) * 1_000) / elapsedMs;
  }

  #forget(at: number): void {
    while (this.#marks.length > 0 && at - this.#marks[0]!.at > this.#windowMs) this.#marks.shift();
  }
}
