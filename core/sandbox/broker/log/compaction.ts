/**
 * Compaction: of the records with one key only the last is kept. Works on closed segments, oldest first, and
 * never moves an offset. A batch that keeps all its records keeps its bytes; another is written anew, uncompressed.
 */
import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import type { TopicSettings } from '../topic-configs.ts';
import type { PartitionLog } from './partition-log.ts';
import { attribute, type BatchHeader, batchHeaderSize, sealBatch, writeBatchHeader } from './record-batch.ts';
import { type LogRecord, readRecords } from './records.ts';
import type { AbortedTransaction, Segment } from './segment.ts';

/** Latest offset of each key; keys as latin1 text, which holds any bytes. */
type LatestOffsets = Map<string, number>;

/** Requests are answered between two pieces of this size. */
const pieceBytes = 4 << 20;

export interface Round {
  readonly nowMs: number;
  /** Aborted when the broker closes: the segment being written is given up and stays as it was. */
  readonly signal: AbortSignal;
}

/** Compacts when the share of bytes that never were is large enough. Returns whether it did. */
export async function compact(log: PartitionLog, settings: TopicSettings, { nowMs, signal }: Round): Promise<boolean> {
  if (!settings.compacts) return false;
  const closed = log.segments.slice(0, -1).filter((segment) => isCleanable(log, segment, settings, nowMs));
  const dirty = closed.filter((segment) => segment.baseOffset >= log.compactedTo);
  const bytes = (segments: readonly Segment[]) => segments.reduce((sum, { size }) => sum + size, 0);
  if (dirty.length === 0 || bytes(dirty) < settings.minCleanableRatio * bytes(closed)) return false;
  const cleaning: Cleaning = {
    latest: new Map(),
    aborted: log.abortedBetween(0, log.endOffset),
    settings,
    nowMs,
    signal,
  };
  for (const segment of dirty) await noteLatest(log, segment, cleaning);
  for (const segment of closed) await rewrite(log, segment, cleaning);
  if (log.segments.length === 0) return false;
  log.setCompactedTo(dirty.at(-1)!.nextOffset);
  return true;
}

interface Cleaning extends Round {
  readonly latest: LatestOffsets;
  /** Of the whole log: a transaction may begin in one segment and end in another. */
  readonly aborted: readonly AbortedTransaction[];
  readonly settings: TopicSettings;
}

interface Batch {
  readonly header: BatchHeader;
  readonly bytes: Buffer;
  readonly isLast: boolean;
}

/** Every batch, with a turn for requests between pieces. Ends early when the segment, or its topic, is deleted meanwhile. */
async function* batches(log: PartitionLog, segment: Segment, signal: AbortSignal): AsyncGenerator<Batch> {
  const headers = segment.headers();
  while (log.segments.includes(segment)) {
    const { value, done } = headers.next();
    if (done) return;
    const { position, header } = value;
    const isLast = position + header.size === segment.size;
    yield { header, bytes: segment.read(position, header.size), isLast };
    if (position % pieceBytes < header.size) await turn(undefined, { signal });
  }
}

function isCleanable(log: PartitionLog, segment: Segment, settings: TopicSettings, nowMs: number): boolean {
  // Whether a transaction holds is not known before its marker.
  if (segment.nextOffset > log.lastStableOffset) return false;
  return settings.minCompactionLagMs === 0 || segment.maxTimestampMs < nowMs - settings.minCompactionLagMs;
}

async function noteLatest(log: PartitionLog, segment: Segment, { latest, aborted, signal }: Cleaning): Promise<void> {
  for await (const { header, bytes } of batches(log, segment, signal)) {
    if (isControl(header) || isAborted(aborted, header)) continue;
    for (const { key, offset } of readRecords(bytes, header)) {
      if (key !== null) latest.set(key.toString('latin1'), offset);
    }
  }
}

function isControl(header: BatchHeader): boolean {
  return (header.attributes & attribute.control) !== 0;
}

/** Records of an aborted transaction replace nothing; they stay until retention takes them. */
function isAborted(aborted: readonly AbortedTransaction[], header: BatchHeader): boolean {
  return aborted.some(
    (range) =>
      range.producerId === header.producerId &&
      header.baseOffset >= range.firstOffset &&
      header.lastOffset <= range.lastOffset,
  );
}

async function rewrite(log: PartitionLog, segment: Segment, cleaning: Cleaning): Promise<void> {
  if (!log.segments.includes(segment)) return;
  const temporary = `${segment.path}.cleaned`;
  const fd = openSync(temporary, 'w', 0o600);
  try {
    for await (const batch of batches(log, segment, cleaning.signal)) {
      const cleaned = clean(batch, cleaning);
      if (cleaned !== undefined) writeWhole(fd, cleaned);
    }
  } finally {
    closeSync(fd);
  }
  if (log.segments.includes(segment)) log.replace(segment, () => renameSync(temporary, segment.path));
  else rmSync(temporary, { force: true });
}

function writeWhole(fd: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
}

function clean({ header, bytes, isLast }: Batch, { latest, aborted, settings, nowMs }: Cleaning): Buffer | undefined {
  if (isControl(header) || isAborted(aborted, header)) return bytes;
  const all = [...readRecords(bytes, header)];
  const areTombstonesOld = header.maxTimestampMs < nowMs - settings.deleteRetentionMs;
  const kept = all.filter(({ key, offset, isTombstone }) => {
    if (key === null) return true;
    const newest = latest.get(key.toString('latin1'));
    return (newest === undefined || newest <= offset) && !(isTombstone && areTombstonesOld);
  });
  if (kept.length === all.length) return bytes;
  // The last batch stays, emptied if need be: it says where the segment ends.
  if (kept.length === 0 && !isLast) return undefined;
  return rebuild(header, kept);
}

/** Offset and timestamp deltas in the records count from the header's base, which stays. */
function rebuild(header: BatchHeader, kept: readonly LogRecord[]): Buffer {
  const body = Buffer.concat(kept.map(({ bytes }) => bytes));
  const batch = Buffer.alloc(batchHeaderSize + body.length);
  body.copy(batch, batchHeaderSize);
  const attributes = header.attributes & ~attribute.compressionMask;
  // A search by time goes by the header; a batch without records keeps its age for retention.
  const largestMs = Math.max(...kept.map(({ timestampMs }) => timestampMs));
  const maxTimestampMs = kept.length > 0 ? largestMs : header.maxTimestampMs;
  writeBatchHeader(batch, { ...header, attributes, maxTimestampMs, recordCount: kept.length });
  sealBatch(batch);
  return batch;
}
