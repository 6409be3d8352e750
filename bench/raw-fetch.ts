/**
 * How fast one core fetches a topic and walks its records: records/s, MB/s and heap allocated per record.
 *
 *   node bench/raw-fetch.ts [BROKER TOPIC] [--crc] [--rounds N] [--max-bytes N]
 *
 * With `--fill RECORDS[:CODEC]` it first creates the topic with 840-byte JSON records. Prints one line a round. Without a
 * broker it opens a sandbox and fills it.
 */
import { parseArgs } from 'node:util';
import { CompressionAlgorithms, Producer } from '@platformatic/kafka';
import { createTopic } from '#core/kafka/admin.ts';
import { type Cluster, openCluster } from '#core/kafka/connect.ts';
import { loadOptions, openFetcher } from '#core/kafka/fetch.ts';
import { listOffsets } from '#core/kafka/offsets.ts';
import { RecordCursor } from '#core/kafka/protocol/record-batch.ts';
import { openSandbox } from './parts/sandbox.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    crc: { type: 'boolean' },
    rounds: { type: 'string', default: process.env.BENCH_ROUNDS ?? '5' },
    fill: { type: 'string' },
    'max-bytes': { type: 'string', default: '8388608' },
  },
});
await using sandbox = positionals[0] === undefined ? await openSandbox() : undefined;
const [broker = sandbox!.kafka, topic = 'raw-fetch'] = positionals;
const wish = values.fill ?? (sandbox === undefined ? undefined : '200000');
const maxBytes = Number(values['max-bytes']);
const print = (line: string): void => void process.stdout.write(`${line}\n`);

interface Round {
  readonly records: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly heapBytes: number;
}

async function fill(cluster: Cluster, wanted: string): Promise<void> {
  const [count, codec = 'none'] = wanted.split(':');
  await createTopic(cluster, { name: topic, partitions: 4 });
  const algorithm = Object.values(CompressionAlgorithms).find((name) => name === codec) ?? 'none';
  const producer = new Producer({ clientId: 'bench', bootstrapBrokers: [broker], compression: algorithm });
  for (let sent = 0; sent < Number(count); ) {
    const messages = [];
    for (let index = 0; index < 4_000; index++, sent++) messages.push(message(sent, Math.floor(index / 1_000)));
    await producer.send({ messages, acks: -1 });
  }
  await producer.close();
}

function message(serial: number, partition: number) {
  const fields: Record<string, unknown> = { serial, at: '2026-01-01T00:00:00Z', carrier: 'UA', delay: serial % 97 };
  for (let field = 0; field < 24; field++) fields[`field_${field}`] = `value ${(serial * 31 + field * 7) % 9973} of it`;
  const value = Buffer.from(JSON.stringify(fields).slice(0, 840).padEnd(840));
  return { topic, partition, key: Buffer.from(String(serial)), value };
}

async function round(cluster: Cluster): Promise<Round> {
  const positions = await listOffsets(cluster, topic, 'earliest');
  const stopAt = await listOffsets(cluster, topic, 'latest');
  const fetcher = openFetcher({ cluster, topic, positions, stopAt, maxBytes, signal: new AbortController().signal });
  const cursor = new RecordCursor({ checkCrc: values.crc ?? false });
  let records = 0;
  let bytes = 0;
  let checksum = 0;
  const heap = heapMeter();
  const startedAt = performance.now();
  for (let chunks = await fetcher.next(); chunks !== undefined; chunks = await fetcher.next()) {
    for (const chunk of chunks) {
      cursor.load(chunk.records, loadOptions(chunk));
      while (cursor.next()) {
        records++;
        bytes += cursor.valueEnd - cursor.valueStart;
        checksum += cursor.offset & 1;
      }
    }
    heap.sample();
  }
  const seconds = (performance.now() - startedAt) / 1e3;
  await fetcher.close();
  if (checksum < 0) throw new Error('unreachable');
  return { records, bytes, seconds, heapBytes: heap.allocated() };
}

/** Growth between samples; a collection in between hides what was allocated before it, never adds. */
function heapMeter(): { sample(): void; allocated(): number } {
  let last = process.memoryUsage().heapUsed;
  let total = 0;
  return {
    sample() {
      const now = process.memoryUsage().heapUsed;
      if (now > last) total += now - last;
      last = now;
    },
    allocated: () => total,
  };
}

const cluster = await openCluster({ brokers: [broker] });
if (wish !== undefined) await fill(cluster, wish);
for (let number = 0; number < Number(values.rounds); number++) {
  const cpu = process.cpuUsage();
  const { records, bytes, seconds, heapBytes } = await round(cluster);
  const used = process.cpuUsage(cpu);
  const figures = [
    `${(records / seconds / 1e6).toFixed(2)} M records/s`,
    `${(bytes / seconds / 1e6).toFixed(0)} MB/s`,
    `${(heapBytes / records).toFixed(1)} B heap/record`,
    `${((used.user + used.system) / 1e6 / seconds).toFixed(2)} cores`,
  ];
  print(`${records} records in ${seconds.toFixed(2)} s: ${figures.join(', ')}`);
}
await cluster.close();
