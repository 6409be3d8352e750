/**
 * A page of records over all partitions, newest or oldest first.
 *
 * Each partition is read by a window; a page ends early rather than show a record while one that comes before it might still
 * lie unread in another partition. Where a window held nothing (compacted away), the next one is read.
 */
import type { PageCursor, RecordPage, TopicRecord } from '#core/contract/record.ts';
import { listOffsets } from '#core/kafka/offsets.ts';
import type { Environment } from './clusters.ts';
import { pageBudget } from './cut-value.ts';
import { bounds, readRange } from './read.ts';

export interface BrowseOptions {
  readonly topic: string;
  readonly limit: number;
  /** Newest first unless told. */
  readonly order?: 'newest' | 'oldest';
  /** Goes on before these offsets, newest first. */
  readonly before?: PageCursor | undefined;
  /** Goes on from these offsets, oldest first. */
  readonly after?: PageCursor | undefined;
  /** Oldest first: begins at the first record at or after this time. */
  readonly since?: bigint | undefined;
  readonly signal: AbortSignal;
}

/** What is read of one partition: its records in the order of the page, and whether more lie beyond the window. */
interface Window {
  readonly partition: number;
  readonly records: TopicRecord[];
  readonly start: bigint;
  readonly end: bigint;
  readonly hasMore: boolean;
}

/** Partitions up to which each is read for a whole page; beyond, each gets its share and the page may be shorter. */
const fewPartitions = 8;

export async function browseRecords(environment: Environment, options: BrowseOptions): Promise<RecordPage> {
  const isNewestFirst = options.order !== 'oldest';
  let cursor = isNewestFirst ? options.before : options.after;
  for (let share = options.limit; ; share *= 4) {
    const windows = await readWindows(environment, options, cursor, share);
    const records = merge(windows, options.limit, isNewestFirst ? isNewer : isOlder);
    cursor = nextCursor(windows, isNewestFirst);
    if (records.length > 0 || cursor === undefined) {
      return { records: pageBudget(records), ...(isNewestFirst ? older(cursor) : newer(cursor, windows)) };
    }
  }
}

function older(cursor: PageCursor | undefined): Partial<RecordPage> {
  return cursor === undefined ? {} : { older: cursor };
}

function newer(cursor: PageCursor | undefined, windows: readonly Window[]): Partial<RecordPage> {
  if (cursor !== undefined) return { newer: cursor };
  return windows.length === 0 ? {} : { end: writeCursor(windows.map(({ partition, end }) => [partition, end])) };
}

async function readWindows(
  environment: Environment,
  options: BrowseOptions,
  cursor: PageCursor | undefined,
  wanted: number,
): Promise<Window[]> {
  const { topic, order, signal } = options;
  const ranges = await rangesOf(environment, options, cursor);
  const share = BigInt(ranges.length <= fewPartitions ? wanted : Math.ceil((2 * wanted) / ranges.length));
  const windows = new Map<number, Window>();
  for (const { partition, first, last } of ranges) {
    const start = order === 'oldest' || last - share < first ? first : last - share;
    const end = order === 'oldest' && first + share < last ? first + share : last;
    const hasMore = order === 'oldest' ? end < last : start > first;
    windows.set(partition, { partition, records: [], start, end, hasMore });
  }
  const open = [...windows.values()].filter(({ start, end }) => start < end);
  if (open.length === 0) return [...windows.values()];
  const positions = new Map(open.map(({ partition, start }) => [partition, start]));
  const stopAt = new Map(open.map(({ partition, end }) => [partition, end]));
  for await (const record of readRange(environment, { topic, positions, stopAt, signal })) {
    windows.get(record.partition)?.records.push(record);
  }
  if (order !== 'oldest') for (const { records } of open) records.reverse();
  return [...windows.values()];
}

interface Range {
  readonly partition: number;
  readonly first: bigint;
  /** The offset after the last record. */
  readonly last: bigint;
}

/** What is still to be read of each partition. A place typed by hand may lie beyond the end: reading would wait for records to come. */
async function rangesOf(
  environment: Environment,
  { topic, order, since }: BrowseOptions,
  cursor: PageCursor | undefined,
): Promise<Range[]> {
  const { earliest, latest } = await bounds(environment, topic);
  const asked = cursor === undefined ? undefined : readCursor(cursor);
  const begins =
    order === 'oldest' && asked === undefined && since !== undefined
      ? await listOffsets(environment.cluster, topic, { timestampMs: Number(since) })
      : asked;
  return [...latest].map(([partition, end]) => {
    const first = earliest.get(partition) ?? 0n;
    const at = begins?.get(partition);
    if (order === 'oldest') return { partition, first: at === undefined || at < first ? first : at, last: end };
    return { partition, first, last: at === undefined || at > end ? end : at };
  });
}

function merge(
  windows: readonly Window[],
  limit: number,
  isBefore: (a: TopicRecord, b: TopicRecord) => boolean,
): TopicRecord[] {
  const records: TopicRecord[] = [];
  // Once all of a window is shown, the next record of its partition may come before all others: it is not read yet.
  const isUnknown = ({ records: left, hasMore }: Window): boolean => left.length === 0 && hasMore;
  while (records.length < limit && !windows.some(isUnknown)) {
    const first = firstOf(windows, isBefore);
    if (first === undefined) break;
    records.push(first.records.shift()!);
  }
  return records;
}

function firstOf(
  windows: readonly Window[],
  isBefore: (a: TopicRecord, b: TopicRecord) => boolean,
): Window | undefined {
  let first: Window | undefined;
  for (const window of windows) {
    const candidate = window.records[0];
    if (candidate === undefined) continue;
    if (first === undefined || isBefore(candidate, first.records[0]!)) first = window;
  }
  return first;
}

export function isNewer(a: TopicRecord, b: TopicRecord): boolean {
  if (a.timestamp !== b.timestamp) return a.timestamp > b.timestamp;
  return a.partition === b.partition ? a.offset > b.offset : a.partition < b.partition;
}

const isOlder = (a: TopicRecord, b: TopicRecord): boolean => isNewer(b, a);

/** Where each partition goes on: at the first record not shown, or beyond the window when all of it was. */
function nextCursor(windows: readonly Window[], isNewestFirst: boolean): PageCursor | undefined {
  const next = windows.map(({ partition, records, start, end }) => {
    const [first] = records;
    if (isNewestFirst) return [partition, first === undefined ? start : first.offset + 1n] as const;
    return [partition, first === undefined ? end : first.offset] as const;
  });
  const hasMore = windows.some((window) => window.hasMore || window.records.length > 0);
  return hasMore ? writeCursor(next) : undefined;
}

export function writeCursor(offsets: Iterable<readonly [partition: number, offset: bigint]>): PageCursor {
  return [...offsets].map(([partition, offset]) => `${partition}:${offset}`).join(',');
}

export function readCursor(cursor: PageCursor): Map<number, bigint> {
  const pairs = cursor.split(',').map((pair) => pair.split(':') as [partition: string, offset: string]);
  return new Map(pairs.map(([partition, offset]) => [Number(partition), BigInt(offset)]));
}
