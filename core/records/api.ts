/** The contract's methods of topics and their records. */
import { implement } from '@orpc/server';
import { contract } from '#core/contract/contract.ts';
import { listTopics } from '#core/kafka/admin.ts';
import { groupsOfTopic } from '#core/kafka/groups.ts';
import { describeConfig, describePartitions } from '#core/kafka/topic-details.ts';
import { browseRecords } from './browse.ts';
import type { Clusters } from './clusters.ts';
import { tailRecords } from './tail.ts';
import { TailCredits } from './tail-credits.ts';
import { watchTopics } from './topic-watch.ts';
import { readWholeRecord } from './whole-record.ts';

const os = implement(contract.topics);
const never = new AbortController().signal;

export function topicsApi(clusters: Clusters) {
  const credits = new TailCredits();
  return {
    list: os.list.handler(async () => listTopics((await clusters.get()).cluster)),
    watch: os.watch.handler(({ signal = never }) => watchTopics(() => clusters.get(), signal)),
    records: os.records.handler(async ({ input, signal = never }) =>
      browseRecords(await clusters.get(), { ...input, signal }),
    ),
    record: os.record.handler(async ({ input, signal = never }) =>
      readWholeRecord(await clusters.get(), input, signal),
    ),
    tail: os.tail.handler(async function* ({ input: { tailId, ...input }, signal = never }) {
      const environment = await clusters.get();
      if (tailId === undefined) {
        yield* tailRecords(environment, { ...input, signal });
        return;
      }
      credits.open(tailId);
      try {
        const whenReady = (ended: AbortSignal) => credits.whenReady(tailId, ended);
        for await (const page of tailRecords(environment, { ...input, signal, whenReady })) {
          credits.sent(tailId);
          yield page;
        }
      } finally {
        credits.close(tailId);
      }
    }),
    tailTaken: os.tailTaken.handler(({ input }) => credits.taken(input.tailId)),
    partitions: os.partitions.handler(async ({ input }) =>
      describePartitions((await clusters.get()).cluster, input.topic),
    ),
    groups: os.groups.handler(async ({ input }) => groupsOfTopic((await clusters.get()).cluster, input.topic)),
    config: os.config.handler(async ({ input }) => describeConfig((await clusters.get()).cluster, input.topic)),
  };
}
