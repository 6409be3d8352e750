/** What came since the last page of a tail: raw chunks, counted, of which the newest records are decoded when a page is due. */
import { largestPageValue, largestTailPage, type TopicRecord } from '#core/contract/record.ts';
import { type FetchedChunk, loadOptions } from '#core/kafka/fetch.ts';
import { RecordCursor } from '#core/kafka/protocol/record-batch.ts';
import { isNewer } from './browse.ts';
import type { Environment } from './clusters.ts';
import { cutDecoded, pageBudget } from './cut-value.ts';
import { recordsOf } from './read.ts';

/** Kept until a page is due, at most: what is older is counted and let go. */
const keptBytes = 8 << 20;

interface Counted {
  readonly chunk: FetchedChunk;
  readonly records: number;
}

interface Taken {
  readonly records: TopicRecord[];
  readonly leftOut: number;
  /** Where to go on after what was taken or left out. */
  readonly next: ReadonlyMap<number, bigint>;
}

export class TailWindow {
  readonly #next: Map<number, bigint>;
  readonly #cursor = new RecordCursor();
  #chunks: Counted[] = [];
  #bytes = 0;
  #leftOut = 0;

  constructor(positions: ReadonlyMap<number, bigint>) {
    this.#next = new Map(positions);
  }

  get isEmpty(): boolean {
    return this.#chunks.length === 0;
  }

  /** Records that came and are not read. */
  leaveOut(records: number): void {
    this.#leftOut += records;
  }

  /** Returns how many records the chunk has. */
  add(chunk: FetchedChunk): number {
    const { records: bytes } = chunk;
    this.#cursor.load(bytes, loadOptions(chunk));
    let records = 0;
    while (this.#cursor.next()) records++;
    this.#next.set(chunk.partition, chunk.nextOffset);
    this.#chunks.push({ chunk, records });
    this.#bytes += bytes.length;
    while (this.#bytes > keptBytes && this.#chunks.length > 1) {
      const oldest = this.#chunks.shift()!;
      this.#bytes -= oldest.chunk.records.length;
      this.#leftOut += oldest.records;
    }
    return records;
  }

  /** Newest first. The newest of each partition by its share, so that a busy one does not hide the others. */
  async take(environment: Environment): Promise<Taken> {
    const chunks = this.#chunks;
    const next = new Map(this.#next);
    const leftOutBefore = this.#leftOut;
    this.#chunks = [];
    this.#bytes = 0;
    this.#leftOut = 0;
    const total = chunks.reduce((sum, { records }) => sum + records, 0);
    const share = total <= largestTailPage ? 1 : largestTailPage / total;
    const found: TopicRecord[] = [];
    for (const { chunk, records } of chunks) {
      const skipped = records - Math.ceil(records * share);
      for await (const record of recordsOf(environment, chunk, skipped)) found.push(cutRecord(record));
    }
    found.sort((a, b) => (isNewer(a, b) ? -1 : 1));
    const shown = pageBudget(found.slice(0, largestTailPage));
    return { records: shown, leftOut: leftOutBefore + total - shown.length, next };
  }
}

/** At once, so that a page of huge records does not stand in memory whole. */
function cutRecord(record: TopicRecord): TopicRecord {
  if (record.sizeBytes <= largestPageValue) return record;
  return {
    ...record,
    key: cutDecoded(record.key, largestPageValue),
    value: cutDecoded(record.value, largestPageValue),
  };
}
