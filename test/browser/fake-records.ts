/** Records of the sample as the Topics page gets them, seeded faults among them: real flights, exact values of every type. */
import type { Decoded, PageCursor, RecordPage, TopicRecord, TopicSummary } from '#core/contract/record.ts';
import type { Value } from '#core/contract/value.ts';
import { type Flight, readFlights } from '#core/sandbox/sample/flights.ts';

export const topics: readonly TopicSummary[] = [
  { name: 'flights', internal: false, partitions: 4, records: 336_776n, bytes: 21_570_000n },
  { name: 'flights-faulty', internal: false, partitions: 1, records: 2_006n, bytes: 5_390_000n },
  { name: 'flights.dead-letters', internal: false, partitions: 1, records: 2n, bytes: 1_244n },
  { name: 'orders', internal: false, partitions: 12, records: 9_007_199_254_740_993n, bytes: null },
  { name: 'payments.settled', internal: false, partitions: 3, records: 0n, bytes: 0n },
  { name: '__consumer_offsets', internal: true, partitions: 50, records: 8_123n, bytes: 1_049_000n },
];

const partitions = 4;
const newestAt = Date.UTC(2026, 10, 24, 13, 2, 11, 482);
const hundredMs = 100;

let flights: readonly Flight[] | undefined;

async function sampleFlights(): Promise<readonly Flight[]> {
  for await (const chunk of flights === undefined ? readFlights({ chunk: 2_000 }) : []) {
    flights ??= chunk;
    break;
  }
  return flights ?? [];
}

export interface RecordsInput {
  readonly limit: number;
  readonly order: 'newest' | 'oldest';
  readonly before?: PageCursor | undefined;
  readonly after?: PageCursor | undefined;
  readonly since?: bigint | undefined;
}

/** `head`: how many records the topic has now; the newest has the highest number. */
export async function readRecords(topic: string, head: number, input: RecordsInput): Promise<RecordPage> {
  if (topic === 'payments.settled') return { records: [] };
  const { limit, before } = input;
  const sample = await sampleFlights();
  const at = (number: number) =>
    topic === 'flights-faulty' ? faulty(number, sample) : ordinary(topic, number, sample);
  const records: TopicRecord[] = [];
  if (input.order === 'oldest') {
    const first = input.after === undefined ? numberAt(topic, input.since) : Number(input.after.split(':')[1]);
    const end = Math.min(head, first + limit);
    for (let number = first; number < end; number += 1) records.push(at(number));
    return end < head ? { records, newer: `0:${end}` } : { records, end: `0:${end}` };
  }
  const from = before === undefined ? head : Math.min(head, numberBefore(topic, before));
  const to = Math.max(0, from - limit);
  for (let number = from - 1; number >= to; number -= 1) records.push(at(number));
  return to > 0 ? { records, older: `0:${to}` } : { records };
}

export async function recordAt(topic: string, partition: number, offset: bigint): Promise<TopicRecord> {
  const sample = await sampleFlights();
  if (topic === 'flights-faulty') return faulty(Number(offset), sample);
  return ordinary(topic, Number(offset) * partitions + partition, sample);
}

function numberAt(topic: string, since: bigint | undefined): number {
  if (since === undefined) return 0;
  return Math.max(0, headOf(topic) - Math.floor((newestAt - Number(since)) / hundredMs));
}

/** A cursor with all partitions comes from a place: `0:0,1:121` is offset 120 of partition 1 and back. */
function numberBefore(topic: string, cursor: PageCursor): number {
  const ends = cursor.split(',').map((part) => Number(part.split(':')[1]));
  if (ends.length === 1) return ends[0]!;
  const partition = ends.findIndex((end) => end > 0);
  return topic === 'flights' ? (ends[partition]! - 1) * partitions + partition + 1 : ends[partition]!;
}

export const headOf = (topic: string): number => Number(topics.find(({ name }) => name === topic)?.records ?? 0n);

function ordinary(topic: string, number: number, sample: readonly Flight[]): TopicRecord {
  const flight = flightValue(sample[number % sample.length]!);
  return {
    topic,
    partition: number % partitions,
    offset: BigInt(Math.floor(number / partitions)),
    timestamp: BigInt(newestAt - (headOf(topic) - number) * hundredMs),
    key: decoded('text', String(flight.flight_id)),
    value: decoded('avro', flight, 3),
    headers: number % 7 === 0 ? headers : [],
    sizeBytes: 64 + (number % 9),
  };
}

const headers: TopicRecord['headers'] = [
  { name: 'traceparent', value: new TextEncoder().encode('00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01') },
  { name: 'source', value: new TextEncoder().encode('flight-producer') },
  { name: 'checksum', value: Uint8Array.of(0, 159, 146, 150, 255) },
  { name: 'empty', value: null },
];

function flightValue(flight: Flight) {
  return { ...flight, flight_id: BigInt(flight.flight_id), time_hour: BigInt(flight.time_hour) };
}

function faulty(number: number, sample: readonly Flight[]): TopicRecord {
  const record = ordinary('flights-faulty', number, sample);
  const place = { ...record, partition: 0, offset: BigInt(number) };
  switch (headOf('flights-faulty') - number) {
    case 2:
      return { ...place, key: decoded('null', null), value: notAvro, sizeBytes: 27 };
    case 3:
      return {
        ...place,
        value: {
          ...notAvro,
          format: 'json',
          value: flightValue(sample[3]!) as Value,
          failures: notAvro.failures.slice(0, 1),
        },
      };
    case 4:
      return { ...place, value: decoded('null', null), sizeBytes: 6 };
    case 6:
      return { ...place, value: decoded('avro', everyType, 7), sizeBytes: 412 };
    case 8:
      return { ...place, value: binary, sizeBytes: 40_000 };
    case 10:
      return {
        ...place,
        value: decoded('avro', { ...flightValue(sample[0]!), remarks: 'x'.repeat(4_200_000) }, 4),
        sizeBytes: 4_200_061,
      };
    default:
      return place;
  }
}

const notAvro: Decoded = {
  format: 'text',
  value: '{"flight_id": 12, "carrier": "UA"',
  schemaId: null,
  failures: [
    { format: 'avro', reason: 'the first byte is 0x7b, not the 0x00 with which a registry’s message begins' },
    { format: 'json', reason: 'Expected "," or "}" after property value at position 33' },
  ],
};

const binary: Decoded = {
  format: 'binary',
  value: Uint8Array.from({ length: 40_000 }, (_, index) => (index * 31) % 256),
  schemaId: null,
  failures: [
    { format: 'avro', reason: 'schema 99 is not in the registry http://127.0.0.1:8081' },
    { format: 'json', reason: 'not UTF-8: byte 0xf8 at position 8' },
    { format: 'text', reason: 'not UTF-8: byte 0xf8 at position 8' },
  ],
};

/** One value of each type, at the edges where readers go wrong. */
export const everyType: Value = {
  flight_id: 9_007_199_254_740_993n,
  lowest: -9_223_372_036_854_775_808n,
  price: { decimal: '1234567890123456789.0100' },
  delay: -0.1,
  ratio: Number.NaN,
  zero: -0,
  cancelled: false,
  tailnum: null,
  note: '',
  remarks: 'A “quoted” remark\nover two lines',
  digest: Uint8Array.of(0, 1, 127, 128, 255),
  legs: [
    { origin: 'EWR', dest: 'ORD', stops: [] },
    { origin: 'ORD', dest: 'LAX', stops: ['DEN', 'LAS'] },
  ],
  crew: { captain: 'Ada', size: 6 },
};

function decoded(format: Decoded['format'], value: Value, schemaId: number | null = null): Decoded {
  return { format, value, schemaId, failures: [] };
}
