/** Dead letters: records that could not become rows, kept with their bytes and headers as they were, and why (`headers.ts`). */
import { toErrorData, WorkbenchError } from '#core/contract/errors.ts';
import type { PipelineDefinition } from '#core/contract/pipeline.ts';
import { createTopic } from '#core/kafka/admin.ts';
import type { Cluster } from '#core/kafka/connect.ts';
import { type FetchedChunk, loadOptions } from '#core/kafka/fetch.ts';
import { openProducer, type Producer, type ProducerRecord } from '#core/kafka/produce.ts';
import { RecordCursor } from '#core/kafka/protocol/record-batch.ts';
import type { Rejected } from '../topic-reader.ts';
import { reasonHeaders } from './headers.ts';

export interface DeadLetters {
  /**
   * Resolves when Kafka has acknowledged all of them; only then may their offsets be committed. Sent again after a crash
   * in between: a dead letter can stand twice, never be missing. Throws the first reason when the definition has no topic.
   */
  send(rejected: readonly Rejected[], chunks: readonly FetchedChunk[]): Promise<void>;
  close(): Promise<void>;
}

export function openDeadLetters(cluster: Cluster, definition: PipelineDefinition): DeadLetters {
  let producer: Promise<Producer> | undefined;
  return {
    async send(rejected, chunks) {
      if (rejected.length === 0) return;
      const topic = definition.deadLetter?.topic;
      if (topic === undefined) throw noTopic(definition, rejected[0]!);
      producer ??= openTopic(cluster, topic);
      const letters = rejected.map((one) => letterOf(definition, one, chunks));
      await (await producer).send(topic, letters);
    },
    async close() {
      await producer?.then((open) => open.close()).catch(() => {});
    },
  };
}

/** A letter is its record and the headers that say why: larger than the largest record that the source topic takes by default. */
const largestLetterBytes = 64 * 1024 * 1024;

/** One partition, as Kafka Connect makes it: dead letters are few and their order is worth having. */
async function openTopic(cluster: Cluster, topic: string): Promise<Producer> {
  const config = { 'max.message.bytes': String(largestLetterBytes) };
  try {
    await createTopic(cluster, { name: topic, partitions: 1, config }).catch(async (error: unknown) => {
      // A cluster that allows no such size, or lets nobody choose: its own default then.
      if (toErrorData(error).code !== 'KAFKA_REJECTED') throw error;
      await createTopic(cluster, { name: topic, partitions: 1 });
    });
  } catch (error) {
    if (toErrorData(error).code !== 'CONFLICT') throw error;
  }
  return openProducer(cluster);
}

function letterOf(definition: PipelineDefinition, rejected: Rejected, chunks: readonly FetchedChunk[]): ProducerRecord {
  const cursor = findRecord(rejected, chunks);
  return {
    key: cursor.key(),
    value: cursor.value(),
    headers: [...cursor.headers(), ...reasonHeaders(definition, rejected)],
  };
}

function findRecord({ partition, offset }: Rejected, chunks: readonly FetchedChunk[]): RecordCursor {
  const cursor = new RecordCursor();
  for (const chunk of chunks) {
    if (chunk.partition !== partition || offset < chunk.fetchOffset || offset >= chunk.nextOffset) continue;
    cursor.load(chunk.records, { ...loadOptions(chunk), from: Number(offset) });
    if (cursor.next() && BigInt(cursor.offset) === offset) return cursor;
  }
  throw new WorkbenchError('INTERNAL', `the bytes of record ${partition}@${offset} are gone`);
}

function noTopic(definition: PipelineDefinition, { partition, offset, reason }: Rejected): WorkbenchError {
  const where = `${definition.source.topic}-${partition}@${offset}`;
  return new WorkbenchError(toErrorData(reason).code, `record ${where} can't be delivered: ${reason.message}`, {
    object: where,
    nextStep: 'Give the pipeline a `deadLetter: { topic: … }`, or correct the record.',
    cause: reason,
  });
}
