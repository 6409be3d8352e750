/** Records of the topic with what they mean: told by Confluent's client, and by the writer's own headers for faults. */
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import type { TopicRecord } from './read-topic.ts';
import { type Fault, faultHeader, type Reading } from './records.ts';

export interface KnownRecord extends TopicRecord {
  readonly id: number;
  readonly seq: number;
  readonly fault: Fault | undefined;
  /** Null for a tombstone, and for a fault. */
  readonly reading: Reading | null;
}

export async function understand(records: readonly TopicRecord[], address: string): Promise<KnownRecord[]> {
  const registry = new SchemaRegistry({ host: address });
  return Promise.all(
    records.map(async (record) => {
      const fault = record.headers[faultHeader]?.toString() as Fault | undefined;
      const isRow = fault === undefined && record.value !== null;
      const reading = isRow ? ((await registry.decode(record.value!)) as Reading) : null;
      const seq = reading?.seq ?? Number(String(record.headers.seq));
      return { ...record, id: reading?.id ?? Number(record.key), seq, fault, reading };
    }),
  );
}
