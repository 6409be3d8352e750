/** One record by its place, nothing left out. */
import { WorkbenchError } from '#core/contract/errors.ts';
import type { TopicRecord, WholeRecord } from '#core/contract/record.ts';
import { loadOptions, openFetcher } from '#core/kafka/fetch.ts';
import { RecordCursor } from '#core/kafka/protocol/record-batch.ts';
import type { Environment } from './clusters.ts';
import { bounds, recordsOf } from './read.ts';

export interface RecordPlace {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** Throws NOT_FOUND where the offset is past the end, was compacted away or holds the mark of a transaction. */
export async function readWholeRecord(
  environment: Environment,
  { topic, partition, offset }: RecordPlace,
  signal: AbortSignal,
): Promise<WholeRecord> {
  const { earliest, latest } = await bounds(environment, topic);
  if (offset < (earliest.get(partition) ?? 0n) || offset >= (latest.get(partition) ?? 0n)) throw notThere();
  const place = new Map([[partition, offset]]);
  const stopAt = new Map([[partition, offset + 1n]]);
  const fetcher = openFetcher({ cluster: environment.cluster, topic, positions: place, stopAt, signal });
  try {
    for (let chunks = await fetcher.next(); chunks !== undefined; chunks = await fetcher.next()) {
      for (const chunk of chunks) {
        const cursor = new RecordCursor();
        cursor.load(chunk.records, loadOptions(chunk));
        if (!cursor.next()) continue;
        const record = await firstOf(recordsOf(environment, chunk));
        if (record !== undefined) return { record, keyBytes: cursor.key(), valueBytes: cursor.value() };
      }
    }
  } finally {
    await fetcher.close();
  }
  throw notThere();

  function notThere(): WorkbenchError {
    return new WorkbenchError(
      'NOT_FOUND',
      `There is no record at offset ${offset} of partition ${partition} of ${topic}.`,
      {
        object: `${topic}-${partition}@${offset}`,
        nextStep: 'It may be past the end, compacted away, past the retention, or the mark of a transaction.',
      },
    );
  }
}

async function firstOf(records: AsyncIterable<TopicRecord>): Promise<TopicRecord | undefined> {
  for await (const record of records) return record;
  return undefined;
}
