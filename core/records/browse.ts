/**
 * A page of records, newest first, over all partitions.
 *
 * Each partition is read backwards by a window; a page ends early rather than show a record while a newer one might
 * still lie unread in another partition.
 */
import type { RecordCursor as PageCursor, RecordPage, TopicRecord } from '#core/contract/record.ts';
import type { Environment } from './clusters.ts';
import { bounds, readRange } from './read.ts';

export interface BrowseOptions {
  readonly topic: string;
  readonly limit: number;
  readonly before?: PageCursor | undefined;
  readonly signal: AbortSignal;
}

/** What was read of one partition: newest first, and whether older records remain below the window. */
interface Window {
  readonly partition: number;
  readonly records: TopicRecord[];
  readonly end: bigint;
  readonly start: bigint;
  readonly earliest: bigint;
}

/** Partitions up to which each is read for a whole page; beyond, each gets its share and the page may be shorter. */
const fewPartitions = 8;

export async function browseRecords(environment: Environment, options: BrowseOptions): Promise<RecordPage> {
  const windows = await readWindows(environment, options);
  const records: TopicRecord[] = [];
  while (records.length < options.limit) {
    const newest = newestOf(windows);
    if (newest === undefined) break;
    records.push(newest.records.shift()!);
    // The next older record of this partition may be newer than all others: it is not read yet.
    if (newest.records.length === 0 && newest.start > newest.earliest) break;
  }
  return { records, ...olderCursor(windows) };
}

async function readWindows(environment: Environment, options: BrowseOptions): Promise<Window[]> {
  const { topic, limit, signal } = options;
  const before = options.before === undefined ? undefined : readCursor(options.before);
  const { earliest, latest } = await bounds(environment, topic);
  const share = latest.size <= fewPartitions ? limit : Math.ceil((2 * limit) / latest.size);
  const windows = new Map<number, Window>();
  for (const [partition, newest] of latest) {
    const first = earliest.get(partition) ?? 0n;
    const asked = before?.get(partition);
    // A place typed by hand may lie beyond the end: reading would wait for records to come.
    const end = asked === undefined || asked > newest ? newest : asked;
    const start = end - BigInt(share) > first ? end - BigInt(share) : first;
    windows.set(partition, { partition, records: [], end, start, earliest: first });
  }
  const open = [...windows.values()].filter(({ start, end }) => start < end);
  const positions = new Map(open.map(({ partition, start }) => [partition, start]));
  const ends = new Map(open.map(({ partition, end }) => [partition, end]));
  if (open.length > 0) {
    for await (const record of readRange(environment, topic, positions, ends, signal)) {
      windows.get(record.partition)?.records.unshift(record);
    }
  }
  return [...windows.values()];
}

function newestOf(windows: readonly Window[]): Window | undefined {
  let newest: Window | undefined;
  for (const window of windows) {
    const candidate = window.records[0];
    if (candidate === undefined) continue;
    if (newest === undefined || isNewer(candidate, newest.records[0]!)) newest = window;
  }
  return newest;
}

function isNewer(a: TopicRecord, b: TopicRecord): boolean {
  if (a.timestamp !== b.timestamp) return a.timestamp > b.timestamp;
  return a.partition === b.partition ? a.offset > b.offset : a.partition < b.partition;
}

/** Where each partition goes on: below the oldest record shown, or below the window when all of it was shown. */
function olderCursor(windows: readonly Window[]): { older?: PageCursor } {
  const older = new Map<number, bigint>();
  let hasMore = false;
  for (const { partition, records, start, earliest } of windows) {
    const next = records.length > 0 ? records[0]!.offset + 1n : start;
    older.set(partition, next);
    hasMore ||= next > earliest;
  }
  return hasMore ? { older: writeCursor(older) } : {};
}

function writeCursor(offsets: ReadonlyMap<number, bigint>): PageCursor {
  return [...offsets].map(([partition, offset]) => `${partition}:${offset}`).join(',');
}

function readCursor(cursor: PageCursor): ReadonlyMap<number, bigint> {
  const pairs = cursor.split(',').map((pair) => pair.split(':') as [partition: string, offset: string]);
  return new Map(pairs.map(([partition, offset]) => [Number(partition), BigInt(offset)]));
}
