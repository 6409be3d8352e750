/** Quantiles over the last `size` durations: what a screen needs of a stage, in constant memory. */
export class LatencyWindow {
  readonly #values: Float64Array;
  #count = 0;

  constructor(size = 128) {
    this.#values = new Float64Array(size);
  }

  add(durationMs: number): void {
    this.#values[this.#count++ % this.#values.length] = durationMs;
  }

  /** `q` from 0 to 1; null before the first duration. */
  quantile(q: number): number | null {
    const size = Math.min(this.#count, this.#values.length);
    if (size === 0) return null;
    const sorted = this.#values.slice(0, size).sort();
    return sorted[Math.max(0, Math.ceil(q * size) - 1)]!;
  }
}
