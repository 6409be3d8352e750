/**
 * A page of one pipeline's letters, newest first. Values are left where they are: a letter may be large, and a list shows
 * why it failed, not what it holds.
 */
import { toErrorData } from '#core/contract/errors.ts';
import type { Cluster } from '#core/kafka/connect.ts';
import { listOffsets } from '#core/kafka/offsets.ts';
import type { RecordCursor } from '#core/kafka/protocol/record-batch.ts';
import { type LetterReason, readReason } from './headers.ts';
import { type OffsetRange, readRanges } from './topic.ts';

export interface ListedLetter {
  readonly partition: number;
  readonly offset: bigint;
  readonly timestampMs: number;
  readonly key: Uint8Array | null;
  readonly sizeBytes: number;
  readonly reason: LetterReason;
}

export interface ListedLetters {
  readonly letters: readonly ListedLetter[];
  /** `0:120,1:98`: for each partition the offset before which to go on. */
  readonly older?: string | undefined;
}

export interface LetterQuery {
  readonly topic: string;
  readonly pipeline: string;
  readonly limit: number;
  readonly before?: string | undefined;
  readonly signal: AbortSignal;
}

/** Records of each partition read at a time, and how many times: a topic that several pipelines share may hold few of one. */
const windowRecords = 200n;
const mostWindows = 20;

/** No topic is no fault: it is made with the first letter. */
export async function listLetters(cluster: Cluster, query: LetterQuery): Promise<ListedLetters> {
  const { topic, limit } = query;
  if (!(await exists(cluster, topic))) return { letters: [] };
  const earliest = await listOffsets(cluster, topic, 'earliest');
  const ends = query.before === undefined ? await listOffsets(cluster, topic, 'latest') : readCursor(query.before);
  const letters: ListedLetter[] = [];
  for (let window = 0; window < mostWindows && letters.length < limit; window++) {
    const ranges = windowsOf(earliest, ends);
    if (ranges.size === 0) break;
    const found = await readWindow(cluster, query, ranges);
    takeNewest(letters, limit, found);
    // What did not fit on the page is read again with the next one.
    for (const [partition, { from }] of ranges)
      ends.set(partition, (found.get(partition)?.at(0)?.offset ?? from - 1n) + 1n);
  }
  return { letters, older: windowsOf(earliest, ends).size > 0 ? writeCursor(ends) : undefined };
}

async function exists(cluster: Cluster, topic: string): Promise<boolean> {
  try {
    await cluster.refreshTopic(topic);
    return true;
  } catch (error) {
    if (toErrorData(error).code === 'NOT_FOUND') return false;
    throw error;
  }
}

/** The last records before `ends`; partitions that are read to their beginning are left out. */
function windowsOf(earliest: ReadonlyMap<number, bigint>, ends: ReadonlyMap<number, bigint>): Map<number, OffsetRange> {
  const ranges = new Map<number, OffsetRange>();
  for (const [partition, end] of ends) {
    const first = earliest.get(partition) ?? 0n;
    if (end > first) ranges.set(partition, { from: end - windowRecords > first ? end - windowRecords : first, end });
  }
  return ranges;
}

/** By partition, newest first. */
async function readWindow(
  cluster: Cluster,
  { topic, pipeline, signal }: LetterQuery,
  ranges: ReadonlyMap<number, OffsetRange>,
): Promise<Map<number, ListedLetter[]>> {
  const found = new Map<number, ListedLetter[]>([...ranges.keys()].map((partition) => [partition, []]));
  for await (const { partition, cursor } of readRanges(cluster, topic, ranges, signal)) {
    const reason = readReason(cursor.headers());
    if (reason?.pipeline === pipeline) found.get(partition)?.unshift(listed(partition, cursor, reason));
  }
  return found;
}

function listed(partition: number, cursor: RecordCursor, reason: LetterReason): ListedLetter {
  const { offset, timestamp, keyStart, keyEnd, valueStart, valueEnd } = cursor;
  return {
    partition,
    offset: BigInt(offset),
    timestampMs: timestamp,
    key: cursor.key(),
    sizeBytes: (keyStart < 0 ? 0 : keyEnd - keyStart) + (valueStart < 0 ? 0 : valueEnd - valueStart),
    reason,
  };
}

/** Moves the newest of all partitions to `letters`, until the page is full; what stays in `found` is older in its partition. */
function takeNewest(letters: ListedLetter[], limit: number, found: ReadonlyMap<number, ListedLetter[]>): void {
  while (letters.length < limit) {
    const heads = [...found.values()].filter((some) => some.length > 0);
    const newest = heads.toSorted((a, b) => b[0]!.timestampMs - a[0]!.timestampMs)[0];
    if (newest === undefined) return;
    letters.push(newest.shift()!);
  }
}

function writeCursor(offsets: ReadonlyMap<number, bigint>): string {
  return [...offsets].map(([partition, offset]) => `${partition}:${offset}`).join(',');
}

function readCursor(cursor: string): Map<number, bigint> {
  const pairs = cursor.split(',').map((pair) => pair.split(':') as [partition: string, offset: string]);
  return new Map(pairs.map(([partition, offset]) => [Number(partition), BigInt(offset)]));
}
