/**
 * What was fetched and not yet taken: answers in the order they came, errors among them, and how many bytes that is.
 */
import type { WorkbenchError } from '#core/contract/errors.ts';
import type { AbortedTransaction, LoadOptions } from './protocol/record-batch.ts';

/** Whole record batches of one partition, to be walked with `cursor.load(chunk.records, loadOptions(chunk))`. */
export interface FetchedChunk {
  readonly topic: string;
  readonly partition: number;
  readonly records: Buffer;
  readonly highWatermark: bigint;
  /** Records before it, in the same batch, do not count. */
  readonly fetchOffset: bigint;
  /** Where to go on after this chunk, also when its last records are control records or were compacted away. */
  readonly nextOffset: bigint;
  /** Records from here on do not count. */
  readonly stopAt: bigint | undefined;
  readonly aborted: readonly AbortedTransaction[];
}

export function loadOptions(chunk: FetchedChunk): LoadOptions {
  return {
    from: Number(chunk.fetchOffset),
    until: chunk.stopAt === undefined ? Number.POSITIVE_INFINITY : Number(chunk.stopAt),
    aborted: chunk.aborted,
    origin: `${chunk.topic}, partition ${chunk.partition}`,
  };
}

type Item = { readonly chunks: FetchedChunk[] } | { readonly error: WorkbenchError };

export class FetchQueue {
  readonly #items: Item[] = [];
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** Chunks of one answer; at most one of each partition. */
  push(chunks: FetchedChunk[]): void {
    if (chunks.length === 0) return;
    this.#items.push({ chunks });
    this.#bytes += bytesOf(chunks);
  }

  /** Thrown by `take` once everything fetched before it was taken. */
  fail(error: WorkbenchError): void {
    this.#items.push({ error });
  }

  take(): FetchedChunk[] | undefined {
    const item = this.#items.shift();
    if (item === undefined) return undefined;
    if ('error' in item) throw item.error;
    this.#bytes -= bytesOf(item.chunks);
    return item.chunks;
  }

  /** Takes out what is there of one partition; returns the first offset taken out. */
  drop(partition: number): bigint | undefined {
    let first: bigint | undefined;
    const kept = this.#items.flatMap((item): Item[] => {
      if ('error' in item) return [item];
      const [mine] = item.chunks.filter((chunk) => chunk.partition === partition);
      if (mine === undefined) return [item];
      first ??= mine.fetchOffset;
      this.#bytes -= mine.records.length;
      const others = item.chunks.filter((chunk) => chunk !== mine);
      return others.length > 0 ? [{ chunks: others }] : [];
    });
    this.#items.splice(0, this.#items.length, ...kept);
    return first;
  }

  clear(): void {
    this.#items.length = 0;
    this.#bytes = 0;
  }
}

function bytesOf(chunks: readonly FetchedChunk[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.records.length, 0);
}
