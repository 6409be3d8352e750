import { implement } from '@orpc/server';
import { contract } from '#core/contract/contract.ts';
import { listTopics } from '#core/kafka/admin.ts';
import { browseRecords } from './browse.ts';
import type { Clusters } from './clusters.ts';

const os = implement(contract.topics);

export function topicsApi(clusters: Clusters) {
  return {
    list: os.list.handler(async () => listTopics((await clusters.get()).cluster)),
    records: os.records.handler(async ({ input, signal = new AbortController().signal }) =>
      browseRecords(await clusters.get(), { ...input, signal }),
    ),
  };
}
