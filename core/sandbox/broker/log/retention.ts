/** Deletes what a topic's settings no longer keep: whole segments from the beginning of a partition. */
import type { TopicSettings } from '../topic-configs.ts';
import type { PartitionLog } from './partition-log.ts';
import type { Segment } from './segment.ts';

/** The active segment goes too when all of it is too old; an empty one takes its place. */
export function applyRetention(log: PartitionLog, settings: TopicSettings, nowMs: number): void {
  if (!settings.deletes) return;
  const limitMs = settings.retentionMs < 0 ? Number.NEGATIVE_INFINITY : nowMs - settings.retentionMs;
  let excess = settings.retentionBytes < 0 ? 0 : log.bytes - settings.retentionBytes;
  let start = log.startOffset;
  for (const segment of log.segments) {
    const isOver = excess >= segment.size && segment !== log.segments.at(-1);
    if (!isOver && newestMs(segment, nowMs) >= limitMs) break;
    excess -= segment.size;
    start = segment.nextOffset;
  }
  if (start === log.startOffset) return;
  if (start === log.endOffset && log.segments.at(-1)!.size > 0) log.roll();
  log.advanceStart(start);
}

/** Records without a timestamp count from when the segment began. */
function newestMs(segment: Segment, nowMs: number): number {
  return segment.maxTimestampMs >= 0 ? segment.maxTimestampMs : (segment.firstAppendMs ?? nowMs);
}
