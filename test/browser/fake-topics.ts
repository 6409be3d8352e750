/** The topics methods: the list as it fills, records both ways, a tail that moves with the feed, and what the tabs of a topic show. */
import { setTimeout as sleep } from 'node:timers/promises';
import { implement } from '@orpc/server';
import { contract } from '#core/contract/contract.ts';
import { WorkbenchError } from '#core/contract/errors.ts';
import { largestTailPage } from '#core/contract/record.ts';
import type { PartitionRow, TopicConfig, TopicGroup, TopicRow } from '#core/contract/topic.ts';
import { pageBudget } from '#core/records/cut-value.ts';
import { answerable } from './fake-answers.ts';
import { headOf, readRecords, recordAt, topics } from './fake-records.ts';
import type { FakeWorkbench } from './fake-workbench.ts';

const os = implement(contract.topics);
const newestAt = BigInt(Date.UTC(2026, 10, 24, 13, 2, 11, 482));

export function fakeTopics(workbench: FakeWorkbench) {
  const head = (topic: string): number =>
    headOf(topic) + (topic === 'flights' ? workbench.sent - 48_213 : (workbench.arrived.get(topic) ?? 0));
  const known = (topic: string): string => {
    if (topics.some(({ name }) => name === topic)) return topic;
    throw new WorkbenchError('NOT_FOUND', `there is no topic ${topic}`, {
      object: topic,
      nextStep: 'It may have been deleted: the list of topics shows what there is.',
    });
  };
  return {
    list: os.list.handler(async ({ signal }) => {
      await answerable(workbench, signal, 'the topics');
      return workbench.scenario === 'empty' ? [] : [...topics];
    }),
    watch: os.watch.handler(async function* ({ signal }) {
      await answerable(workbench, signal, 'the topics');
      const rows = workbench.scenario === 'empty' ? [] : [...topics.map(row), ...manyRows(workbench.manyTopics)];
      yield { topics: rows.map(({ name, internal, partitions }) => ({ name, internal, partitions })), removed: [] };
      yield { topics: rows.map((one) => ({ ...one, perSecond: undefined, schema: undefined })), removed: [] };
      yield { topics: rows, removed: [] };
      while (signal?.aborted !== true) {
        await sleep(1_000, undefined, signal === undefined ? {} : { signal }).catch(() => {});
        await answerable(workbench, signal, 'the topics');
        const records = BigInt(head('flights'));
        const flights = rows.find(({ name }) => name === 'flights');
        if (flights !== undefined)
          yield { topics: [{ ...flights, records, perSecond: workbench.feedRate }], removed: [] };
      }
    }),
    records: os.records.handler(async ({ input, signal }) => {
      await answerable(workbench, signal, input.topic);
      if (workbench.scenario === 'empty') return { records: [] };
      const page = await readRecords(known(input.topic), head(input.topic), input);
      return { ...page, records: pageBudget(page.records) };
    }),
    record: os.record.handler(async ({ input: { topic, partition, offset } }) => {
      const record = await recordAt(known(topic), partition, offset);
      return { record, keyBytes: new TextEncoder().encode('1'), valueBytes: Uint8Array.of(0, 0, 0, 0, 3, 2, 130, 7) };
    }),
    tail: os.tail.handler(async function* ({ input: { topic, from }, signal = new AbortController().signal }) {
      workbench.ask(`tail ${topic}`);
      try {
        for (let at = from === undefined ? head(topic) : Number(from.split(':')[1]); !signal.aborted; ) {
          const end = head(topic);
          const limit = Math.min(largestTailPage, end - at);
          const { records } = limit <= 0 ? { records: [] } : await readRecords(topic, end, { limit, order: 'newest' });
          yield { records, leftOut: end - at - records.length, perSecond: workbench.feedRate, next: `0:${end}` };
          at = end;
          await sleep(100, undefined, { signal }).catch(() => {});
        }
      } finally {
        workbench.ask(`tail ${topic} ended`);
      }
    }),
    tailTaken: os.tailTaken.handler(() => {}),
    partitions: os.partitions.handler(async ({ input, signal }) => {
      await answerable(workbench, signal, input.topic);
      return partitionsOf(known(input.topic), BigInt(workbench.arrived.get(input.topic) ?? 0));
    }),
    groups: os.groups.handler(async ({ input, signal }) => {
      await answerable(workbench, signal, input.topic);
      return input.topic === 'flights' && workbench.scenario === 'full' ? groups() : [];
    }),
    config: os.config.handler(async ({ input, signal }) => {
      await answerable(workbench, signal, input.topic);
      known(input.topic);
      return [...configs];
    }),
  };
}

function row({ name, internal, partitions, records, bytes }: (typeof topics)[number]): TopicRow {
  const isFlights = name.startsWith('flights') && name !== 'flights.dead-letters';
  return {
    name,
    internal,
    partitions,
    records,
    bytes,
    perSecond: name === 'flights' ? 200 : 0,
    lastRecordAt: records === 0n ? null : newestAt - BigInt(name.length * 7_000),
    schema: isFlights ? { subject: `${name}-value`, type: 'AVRO', version: 2, id: 3 } : null,
  };
}

function manyRows(count: number): TopicRow[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `team-${index % 40}.events-${String(index).padStart(5, '0')}`,
    internal: false,
    partitions: 1 + (index % 12),
    records: BigInt((index * 7_919) % 1_000_003),
    bytes: BigInt((index * 104_729) % 1_000_000_007),
    perSecond: index % 11,
    lastRecordAt: newestAt - BigInt(index * 1_000),
    schema: index % 3 === 0 ? { subject: `events-${index}-value`, type: 'AVRO', version: 1, id: index } : null,
  }));
}

function partitionsOf(topic: string, arrived: bigint): PartitionRow[] {
  const { partitions, records: before, bytes } = topics.find(({ name }) => name === topic)!;
  const records = before + arrived;
  return Array.from({ length: partitions }, (_, partition) => {
    const share = records / BigInt(partitions);
    return {
      partition,
      firstOffset: 0n,
      lastOffset: share - 1n,
      records: share,
      bytes: bytes === null ? null : bytes / BigInt(partitions),
      leader: 1 + (partition % 3),
      replicas: [1 + (partition % 3), 1 + ((partition + 1) % 3)],
      inSyncReplicas: partition === 2 ? [1 + (partition % 3)] : [1 + (partition % 3), 1 + ((partition + 1) % 3)],
    };
  });
}

function groups(): TopicGroup[] {
  const partitionsWith = (lags: readonly (bigint | null)[], clientId: string | null) =>
    lags.map((lag, partition) => ({
      partition,
      committed: lag === null ? null : 84_194n - lag,
      endOffset: 84_194n,
      lag,
      member: clientId === null ? null : { id: `${clientId}-8f3a`, clientId, host: '127.0.0.1' },
    }));
  return [
    {
      group: 'billing',
      state: 'Empty',
      members: 0,
      lag: 168_388n,
      partitions: partitionsWith([84_194n, 84_194n, null, null], null),
    },
    {
      group: 'flights-to-postgres',
      state: 'Stable',
      members: 1,
      lag: 47n,
      partitions: partitionsWith([12n, 0n, 35n, 0n], 'mercury'),
    },
  ];
}

const config = (name: string, value: string, source: TopicConfig['source'], inherited: string | null = null) => ({
  name,
  value,
  source,
  inherited,
  isSensitive: false,
  isReadOnly: false,
  documentation: null,
});
const configs: readonly TopicConfig[] = [
  config('cleanup.policy', 'compact', 'topic', 'delete'),
  config('compression.type', 'producer', 'default'),
  config('max.message.bytes', '1048588', 'default'),
  config('retention.ms', '7200000', 'topic', '604800000'),
  config('segment.bytes', '1073741824', 'file'),
];
