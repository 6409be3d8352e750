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
import type { Located, Segment } from './segment.ts';

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
  const latest = await latestOffsets(dirty, signal);
  for (const segment of closed) await rewrite(log, segment, { latest, settings, nowMs, signal });
  log.setCompactedTo(dirty.at(-1)!.nextOffset);
  return true;
}

function isCleanable(log: PartitionLog, segment: Segment, settings: TopicSettings, nowMs: number): boolean {
  // Whether a transaction holds is not known before its marker.
  if (segment.nextOffset > log.lastStableOffset) return false;
  return settings.minCompactionLagMs === 0 || segment.maxTimestampMs < nowMs - settings.minCompactionLagMs;
}

async function latestOffsets(segments: readonly Segment[], signal: AbortSignal): Promise<LatestOffsets> {
  const latest: LatestOffsets = new Map();
  let done = 0;
  for (const segment of segments) {
    for (const { position, header } of segment.headers()) {
      if (isControl(header) || isAborted(segment, header)) continue;
      for (const { key, offset } of readRecords(segment.read(position, header.size), header)) {
        if (key !== null) latest.set(key.toString('latin1'), offset);
      }
      done += header.size;
      if (done % pieceBytes < header.size) await turn(undefined, { signal });
    }
  }
  return latest;
}

function isControl(header: BatchHeader): boolean {
  return (header.attributes & attribute.control) !== 0;
}

/** Records of an aborted transaction replace nothing; they stay until retention takes them. */
function isAborted(segment: Segment, header: BatchHeader): boolean {
  return segment.aborted.some(
    (range) =>
      range.producerId === header.producerId &&
      header.baseOffset >= range.firstOffset &&
      header.lastOffset <= range.lastOffset,
  );
}

interface Cleaning extends Round {
  readonly latest: LatestOffsets;
  readonly settings: TopicSettings;
}

async function rewrite(log: PartitionLog, segment: Segment, cleaning: Cleaning): Promise<void> {
  const temporary = `${segment.path}.cleaned`;
  const fd = openSync(temporary, 'w', 0o600);
  try {
    let last: Located | undefined;
    for (const located of segment.headers()) last = located;
    for (const located of segment.headers()) {
      const batch = segment.read(located.position, located.header.size);
      // The last batch stays, emptied if need be: it says where the segment ends.
      const cleaned = clean(segment, batch, located, { ...cleaning, isLast: located.position === last?.position });
      if (cleaned !== undefined) writeWhole(fd, cleaned);
      if (located.position % pieceBytes < located.header.size) await turn(undefined, { signal: cleaning.signal });
    }
  } finally {
    closeSync(fd);
  }
  // Meanwhile the topic, or only this segment, may have been deleted.
  if (log.segments.includes(segment)) log.replace(segment, () => renameSync(temporary, segment.path));
  else rmSync(temporary, { force: true });
}

function writeWhole(fd: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
}

function clean(
  segment: Segment,
  batch: Buffer,
  { header }: Located,
  { latest, settings, nowMs, isLast }: Cleaning & { isLast: boolean },
): Buffer | undefined {
  if (isControl(header) || isAborted(segment, header)) return batch;
  const all = [...readRecords(batch, header)];
  const areTombstonesOld = header.maxTimestampMs < nowMs - settings.deleteRetentionMs;
  const kept = all.filter(({ key, offset, isTombstone }) => {
    if (key === null) return true;
    const newest = latest.get(key.toString('latin1'));
    return (newest === undefined || newest <= offset) && !(isTombstone && areTombstonesOld);
  });
  if (kept.length === all.length) return batch;
  if (kept.length === 0 && !isLast) return undefined;
  return rebuild(header, kept);
}

/** Offset and timestamp deltas in the records count from the header's base, which stays. */
function rebuild(header: BatchHeader, kept: readonly LogRecord[]): Buffer {
  const body = Buffer.concat(kept.map(({ bytes }) => bytes));
  const batch = Buffer.alloc(batchHeaderSize + body.length);
  body.copy(batch, batchHeaderSize);
  const attributes = header.attributes & ~attribute.compressionMask;
  writeBatchHeader(batch, { ...header, attributes, recordCount: kept.length });
  sealBatch(batch);
  return batch;
}
