/** Builds uncompressed batches for tests. */
import { batchHeaderSize, sealBatch, writeBatchHeader } from './record-batch.ts';

export interface TestRecord {
  readonly key?: string | null;
  readonly value: string | null;
  /** After the time of the batch. */
  readonly delayMs?: number;
}

export interface TestBatchOptions {
  readonly producerId?: number;
  readonly producerEpoch?: number;
  readonly baseSequence?: number;
  readonly timestampMs?: number;
  readonly attributes?: number;
}

function varint(value: number): number[] {
  let rest = value < 0 ? -2 * value - 1 : 2 * value;
  const out: number[] = [];
  for (; rest >= 128; rest = Math.floor(rest / 128)) out.push((rest % 128) + 128);
  return [...out, rest];
}

function sized(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(varint(bytes.length)), bytes]);
}

function field(text: string | null | undefined): Buffer {
  return text === null || text === undefined ? Buffer.from(varint(-1)) : sized(Buffer.from(text));
}

export function buildBatch(records: readonly TestRecord[], options: TestBatchOptions = {}): Buffer {
  const encoded = records.map(({ key, value, delayMs = 0 }, i) =>
    sized(
      Buffer.concat([Buffer.from([0, ...varint(delayMs), ...varint(i)]), field(key), field(value), Buffer.from([0])]),
    ),
  );
  const body = Buffer.concat(encoded);
  const batch = Buffer.alloc(batchHeaderSize + body.length);
  batch.set(body, batchHeaderSize);
  const timestampMs = options.timestampMs ?? Date.now();
  writeBatchHeader(batch, {
    baseOffset: 0,
    lastOffset: records.length - 1,
    attributes: options.attributes ?? 0,
    baseTimestampMs: timestampMs,
    maxTimestampMs: timestampMs + Math.max(0, ...records.map(({ delayMs = 0 }) => delayMs)),
    producerId: options.producerId ?? -1,
    producerEpoch: options.producerEpoch ?? -1,
    baseSequence: options.baseSequence ?? -1,
    recordCount: records.length,
  });
  sealBatch(batch);
  return batch;
}
