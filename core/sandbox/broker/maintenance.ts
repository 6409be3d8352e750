/** What the broker does by itself, now and then: retention, compaction, old producers and offsets. */
import type { GroupCoordinator } from './groups/coordinator.ts';
import { compact, type Round } from './log/compaction.ts';
import type { PartitionLog } from './log/partition-log.ts';
import { applyRetention } from './log/retention.ts';
import type { TopicSettings } from './topic-configs.ts';
import type { Topics } from './topics.ts';

/** Kafka's `log.retention.check.interval.ms` is five minutes; one developer waits less gladly. */
const everyMs = 60_000;
const offsetsRetentionMs = 7 * 86_400_000;

export interface Maintenance {
  /** One round now; a round under way is waited for. */
  run(): Promise<void>;
  /** Gives up a round under way and waits for its end. */
  close(): Promise<void>;
}

export function startMaintenance(topics: Topics, groups: GroupCoordinator, log: (line: string) => void): Maintenance {
  let round: Promise<void> | undefined;
  const closing = new AbortController();
  const { signal } = closing;
  const work = async () => {
    const nowMs = Date.now();
    groups.expire(nowMs - offsetsRetentionMs);
    for (const topic of [...topics.all()]) {
      for (const [index, partition] of topic.partitions.entries()) {
        if (signal.aborted) return;
        await tend(partition, topic.settings, { nowMs, signal }).catch((error) => {
          if (!signal.aborted) log(`maintenance of ${topic.name}-${index} failed: ${String(error)}`);
        });
      }
    }
  };
  const run = () => {
    round ??= work().finally(() => {
      round = undefined;
    });
    return round;
  };
  const timer = setInterval(() => void run(), everyMs);
  timer.unref();
  return {
    run,
    async close() {
      clearInterval(timer);
      closing.abort();
      await round;
    },
  };
}

async function tend(partition: PartitionLog, settings: TopicSettings, round: Round): Promise<void> {
  partition.producers.expire(round.nowMs);
  applyRetention(partition, settings, round.nowMs);
  await compact(partition, settings, round);
}
