/**
 * Kafka's own commit, after the sink's: only for those who look at lag. A pipeline never resumes from it, so the group
 * may be deleted at any time, and a commit that fails is told once and forgotten.
 */
import type { PartitionRange } from '#core/columns/batch.ts';
import { toErrorData } from '#core/contract/errors.ts';
import { commitOffsets } from '#core/kafka/admin.ts';
import type { Cluster } from '#core/kafka/connect.ts';

const intervalMs = 1_000;

export interface GroupCommits {
  committed(ranges: readonly PartitionRange[]): void;
  /** Commits what is left. */
  close(): Promise<void>;
}

export function groupCommits(
  cluster: Cluster,
  group: string,
  topic: string,
  log: (line: string) => void,
): GroupCommits {
  let pending = new Map<number, bigint>();
  let timer: NodeJS.Timeout | undefined;
  let committing: Promise<void> = Promise.resolve();
  let hasFailed = false;
  const flush = (): void => {
    timer = undefined;
    const offsets = pending;
    pending = new Map();
    committing = committing
      .then(() => commitOffsets(cluster, group, topic, offsets))
      .catch((error: unknown) => {
        if (!hasFailed) log(`lag of group ${group} is not shown: ${toErrorData(error).message}`);
        hasFailed = true;
      });
  };
  return {
    committed(ranges) {
      for (const { partition, next } of ranges) pending.set(partition, next);
      timer ??= setTimeout(flush, intervalMs);
    },
    async close() {
      clearTimeout(timer);
      if (pending.size > 0) flush();
      await committing;
    },
  };
}
