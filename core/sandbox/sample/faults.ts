/**
 * The second sample topic: flights with faults planted among them, the ones that break pipelines in real life. It has one
 * partition, so every fault is always at the same offset; data/README.md lists them.
 *
 * Written like the feed, by kafkajs and @kafkajs/confluent-schema-registry.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import type { Kafka, Message } from 'kafkajs';
import { connectProducer, createKafka, createTopic, registerSchema, wrapKafka } from './flight-producer.ts';
import { type Flight, readFlights, sampleDataDir } from './flights.ts';

export const faultyTopic = 'flights-faulty';

export const faultKinds = ['not-avro', 'beyond-2^53', 'tombstone', 'new-schema', 'large'] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface FaultyOptions {
  /** `host:port`, several separated by commas. */
  readonly kafka: string;
  /** The registry's address, with its path where it has one. */
  readonly registry: string;
  /** Created if missing, with one partition and room for large records; `flights-faulty` unless given. */
  readonly topic?: string | undefined;
  readonly dataDir?: string | undefined;
}

export interface PlantedFault {
  readonly kind: FaultKind;
  readonly offset: number;
}

export interface FaultyResult {
  readonly topic: string;
  /** Records sent; 0 where the topic had records already: it is written once. */
  readonly sent: number;
  /** Of the flights before and after the change of the schema. */
  readonly schemaIds: readonly [number, number];
  readonly faults: readonly PlantedFault[];
}

const ordinaryFlights = 2_000;
/** A fault stands before the ordinary flight of this number. */
const positions = { 'not-avro': 400, 'beyond-2^53': 700, tombstone: 900, 'new-schema': 1_000, large: 1_500 } as const;
const deletedFlightId = 100;
/** Both become 9007199254740992 in a reader that holds an int64 as a float64. */
const largeIds = [9007199254740992n, 9007199254740993n] as const;
const largeBytes = 5 * 1024 * 1024;
const maxMessageBytes = 8 * 1024 * 1024;

/** A flight as the second version of the schema has it, or the first. */
type FaultyFlight = Flight & { readonly remarks?: string };

interface Sample {
  readonly messages: readonly Message[];
  readonly faults: readonly PlantedFault[];
}

/** Writes the topic if it is empty. Throws as `loadFlights` does. */
export async function loadFaults(options: FaultyOptions): Promise<FaultyResult> {
  const { topic = faultyTopic, dataDir = sampleDataDir } = options;
  const kafka = createKafka(options.kafka);
  const configEntries = [{ name: 'max.message.bytes', value: String(maxMessageBytes) }];
  const before = await wrapKafka(options.kafka, () => createTopic(kafka, { topic, numPartitions: 1, configEntries }));
  const registry = new SchemaRegistry({ host: options.registry });
  const first = await readFile(join(dataDir, 'flight.avsc'), 'utf8');
  const register = (schema: string) => registerSchema(registry, options.registry, `${topic}-value`, schema);
  const schemaIds = [await register(first), await register(withRemarks(first))] as const;
  const flights = await firstFlights(dataDir, ordinaryFlights + 2);
  const sample = await makeSample(registry, schemaIds, flights);
  if (before > 0) return { topic, sent: 0, schemaIds, faults: sample.faults };
  await wrapKafka(options.kafka, () => send(kafka, topic, sample));
  return { topic, sent: sample.messages.length, schemaIds, faults: sample.faults };
}

/** The second version of the schema: a field with a default, which every reader of the first can take. */
function withRemarks(schema: string): string {
  const record = JSON.parse(schema) as { fields: unknown[] };
  const fields = [...record.fields, { name: 'remarks', type: 'string', default: '' }];
  return JSON.stringify({ ...record, fields });
}

async function firstFlights(dataDir: string, count: number): Promise<readonly Flight[]> {
  for await (const flights of readFlights({ dataDir, chunk: count })) return flights;
  return [];
}

async function makeSample(
  registry: SchemaRegistry,
  [firstId, secondId]: readonly [number, number],
  flights: readonly Flight[],
): Promise<Sample> {
  const messages: Message[] = [];
  const faults: PlantedFault[] = [];
  const plant = (kind: FaultKind) => faults.push({ kind, offset: messages.length });

  for (const [number, flight] of flights.slice(0, ordinaryFlights).entries()) {
    switch (number) {
      case positions['not-avro']:
        plant('not-avro');
        messages.push(notAvro(flights[ordinaryFlights + 1]!));
        break;
      case positions['beyond-2^53']:
        for (const id of largeIds) {
          plant('beyond-2^53');
          messages.push(await withLargeId(registry, firstId, flight, id));
        }
        break;
      case positions.tombstone:
        plant('tombstone');
        messages.push({ key: String(deletedFlightId), value: null });
        break;
      case positions['new-schema']:
        plant('new-schema');
        break;
      case positions.large:
        plant('large');
        messages.push(await withLongRemarks(registry, secondId, flights[ordinaryFlights]!));
        break;
    }
    messages.push(
      number < positions['new-schema']
        ? await encode(registry, firstId, flight)
        : await encode(registry, secondId, { ...flight, remarks: '' }),
    );
  }
  return { messages, faults };
}

async function encode(registry: SchemaRegistry, schemaId: number, flight: FaultyFlight): Promise<Message> {
  return { key: String(flight.flight_id), value: await registry.encode(schemaId, flight) };
}

/** What a debugging tool leaves behind: JSON text where Avro is expected. Of a flight that no other record has: redriven, it is one row more. */
function notAvro(flight: Flight): Message {
  return { key: 'written-by-hand', value: JSON.stringify(flight) };
}

/** The client writes a long from a JavaScript number, which can't hold these: encode 0, its one byte, and put the id there. */
async function withLargeId(registry: SchemaRegistry, schemaId: number, flight: Flight, id: bigint): Promise<Message> {
  const encoded = await registry.encode(schemaId, { ...flight, flight_id: 0 });
  const headerBytes = 5;
  const value = Buffer.concat([encoded.subarray(0, headerBytes), zigzagVarint(id), encoded.subarray(headerBytes + 1)]);
  return { key: String(id), value };
}

/** Avro's encoding of a long that is not negative. */
function zigzagVarint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value << 1n;
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}

function withLongRemarks(registry: SchemaRegistry, schemaId: number, flight: Flight): Promise<Message> {
  const remark = 'Held at the gate: waiting for a late connection. ';
  const remarks = remark.repeat(Math.ceil(largeBytes / remark.length)).slice(0, largeBytes);
  return encode(registry, schemaId, { ...flight, remarks });
}

/** The large record goes alone, else its neighbours would share a batch with it. */
async function send(kafka: Kafka, topic: string, { messages, faults }: Sample): Promise<void> {
  const large = faults.find((fault) => fault.kind === 'large')!.offset;
  const producer = await connectProducer(kafka, 8);
  try {
    await producer.send({ topic, messages: messages.slice(0, large) });
    await producer.send({ topic, messages: messages.slice(large, large + 1) });
    await producer.send({ topic, messages: messages.slice(large + 1) });
  } finally {
    await producer.disconnect();
  }
}
