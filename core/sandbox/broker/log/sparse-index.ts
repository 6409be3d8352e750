/**
 * Where batches lie in a segment: one entry for about every 64 KB, kept in memory and saved with the segment's checkpoint.
 *
 * Each entry also has the largest timestamp of everything before it, so that a search by time can skip.
 */
const bytesPerEntry = 65_536;

export class SparseIndex {
  #offsets: number[] = [];
  #positions: number[] = [];
  #maxTimestampsBefore: number[] = [];

  /** Call for each batch in order, before it is counted into `maxTimestampBeforeMs`. */
  add(offset: number, position: number, maxTimestampBeforeMs: number): void {
    const previous = this.#positions.at(-1);
    if (previous !== undefined && position - previous < bytesPerEntry) return;
    this.#offsets.push(offset);
    this.#positions.push(position);
    this.#maxTimestampsBefore.push(maxTimestampBeforeMs);
  }

  /** The last entry at or before `offset`: a scan from its position finds the batch. */
  floor(offset: number): number {
    const entry = lastAtMost(this.#offsets, offset);
    return entry < 0 ? 0 : this.#positions[entry]!;
  }

  /** The last entry before which every timestamp is smaller than `timestampMs`. */
  floorByTime(timestampMs: number): number {
    const entry = lastAtMost(this.#maxTimestampsBefore, timestampMs - 1);
    return entry < 0 ? 0 : this.#positions[entry]!;
  }

  toJSON(): [number[], number[], number[]] {
    return [this.#offsets, this.#positions, this.#maxTimestampsBefore];
  }

  restore([offsets, positions, maxTimestampsBefore]: [number[], number[], number[]]): void {
    this.#offsets = offsets;
    this.#positions = positions;
    this.#maxTimestampsBefore = maxTimestampsBefore;
  }
}

/** Index of the last of ascending `values` that is at most `limit`; -1 when there is none. */
function lastAtMost(values: readonly number[], limit: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
