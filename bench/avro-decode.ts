/**
 * Avro into columns against avsc's objects, on the sample's flights: records a second, heap bytes allocated per record.
 *
 * Both decode the same bytes in turn, five times; the median counts. Run: `node bench/avro-decode.ts`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getHeapStatistics } from 'node:v8';
import avsc from 'avsc';
import { type Batch, createBatch, resetBatch } from '#core/columns/batch.ts';
import { type BytesColumn, reserve } from '#core/columns/column.ts';
import { readFlights, sampleDataDir } from '#core/sandbox/sample/flights.ts';
import { compileColumnDecoder, type DecodeRow } from '#core/serde/avro/column-decoder.ts';
import { columnFields } from '#core/serde/avro/fields.ts';
import { readAvroSchema } from '#core/serde/avro/schema.ts';

const capacity = 20_000;
const rounds = 5;

interface Records {
  readonly bytes: Uint8Array;
  readonly starts: Int32Array;
  readonly count: number;
}

interface Measured {
  readonly recordsPerSecond: number;
  readonly heapBytesPerRecord: number;
}

const schemaText = readFileSync(join(sampleDataDir, 'flight.avsc'), 'utf8');
const type = avsc.Type.forSchema(JSON.parse(schemaText));

async function encodeFlights(): Promise<Records> {
  const parts: Buffer[] = [];
  for await (const flights of readFlights()) for (const flight of flights) parts.push(type.toBuffer(flight));
  const starts = new Int32Array(parts.length + 1);
  parts.forEach((part, index) => {
    starts[index + 1] = starts[index]! + part.length;
  });
  return { bytes: Buffer.concat(parts), starts, count: parts.length };
}

function decodeColumns(records: Records, pool: readonly { batch: Batch; decode: DecodeRow }[]): void {
  const { bytes, starts, count } = records;
  let chunk = 0;
  for (let from = 0; from < count; from += capacity) {
    const { batch, decode } = pool[chunk++ % pool.length]!;
    const to = Math.min(from + capacity, count);
    resetBatch(batch);
    for (const column of batch.columns) {
      if (column.layout === 'bytes') reserve(column as BytesColumn, 0, starts[to]! - starts[from]!);
    }
    for (let index = from; index < to; index++) decode(bytes, starts[index]!, starts[index + 1]!, index - from);
    batch.length = to - from;
  }
}

function decodeObjects({ bytes, starts, count }: Records): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let position = 0;
  for (let index = 0; index < count; index++) {
    const { offset } = type.decode(buffer, position);
    position = offset;
  }
  if (position !== starts[count]) throw new Error('avsc did not read all bytes');
}

function measure(count: number, work: () => void): Measured {
  const allocatedBefore = allocatedBytes();
  const startMs = performance.now();
  work();
  const seconds = (performance.now() - startMs) / 1000;
  return { recordsPerSecond: count / seconds, heapBytesPerRecord: (allocatedBytes() - allocatedBefore) / count };
}

/** All that was ever allocated on the heap, collected or not. Node's types do not have it yet. */
function allocatedBytes(): number {
  return (getHeapStatistics() as unknown as { total_allocated_bytes: number }).total_allocated_bytes;
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[values.length >> 1]!;
}

const records = await encodeFlights();
const schema = readAvroSchema(schemaText);
const fields = columnFields(schema);
const decoder = compileColumnDecoder(schema, fields);
const pool = [0, 1, 2].map(() => {
  const batch = createBatch(fields, capacity);
  return { batch, decode: decoder.bind(batch.columns) };
});
const columns: Measured[] = [];
const objects: Measured[] = [];
decodeColumns(records, pool);
decodeObjects(records);
for (let round = 0; round < rounds; round++) {
  columns.push(measure(records.count, () => decodeColumns(records, pool)));
  objects.push(measure(records.count, () => decodeObjects(records)));
}
const rate = median(columns.map((one) => one.recordsPerSecond));
const avscRate = median(objects.map((one) => one.recordsPerSecond));
const report = {
  records: records.count,
  fields: fields.length,
  bytesPerRecord: Math.round(records.starts[records.count]! / records.count),
  recordsPerSecond: Math.round(rate),
  heapBytesPerRecord: Number(median(columns.map((one) => one.heapBytesPerRecord)).toFixed(1)),
  avscRecordsPerSecond: Math.round(avscRate),
  avscHeapBytesPerRecord: Number(median(objects.map((one) => one.heapBytesPerRecord)).toFixed(1)),
  ratioToAvsc: Number((rate / avscRate).toFixed(1)),
};
process.stdout.write(`${JSON.stringify(report)}\n`);
