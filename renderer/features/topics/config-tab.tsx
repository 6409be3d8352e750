/** The settings of a topic: what is in force, and where it comes from. What was set on the topic itself stands first. */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { TopicConfig } from '#core/contract/topic.ts';
import { queries } from '../../api/client.ts';
import { Chip } from '../../ui/chip.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { FailurePanel } from '../../ui/states.tsx';
import { KafkaWait } from './kafka-wait.tsx';

export function ConfigTab({ topic }: { readonly topic: string }) {
  const { data, error, refetch } = useQuery(queries.topics.config.queryOptions({ input: { topic } }));
  const rows = useMemo(
    () => data?.toSorted((a, b) => Number(b.source === 'topic') - Number(a.source === 'topic')),
    [data],
  );
  if (rows === undefined) {
    if (error === null) return <KafkaWait label="Reading the settings" />;
    return (
      <div className="px-4 py-3">
        <FailurePanel error={error} title="Reading the settings failed" onRetry={() => void refetch()} />
      </div>
    );
  }
  return (
    <DataTable label={`Settings of ${topic}`} name="config" columns={columns} rows={rows} keyOf={({ name }) => name} />
  );
}

const sourceTexts: Readonly<Record<TopicConfig['source'], string>> = {
  topic: 'set on this topic',
  broker: 'set on a broker',
  cluster: 'set for all brokers',
  file: 'a broker’s file',
  default: 'default',
  unknown: 'not told',
};

const columns: readonly Column<TopicConfig>[] = [
  {
    id: 'name',
    title: 'Setting',
    width: 'minmax(260px, 1fr)',
    cell: ({ name, documentation }) => (
      <span className="data" title={documentation ?? undefined}>
        {name}
      </span>
    ),
  },
  {
    id: 'value',
    title: 'Value',
    width: 'minmax(200px, 1fr)',
    cell: ({ value, isSensitive }) =>
      isSensitive ? (
        <span className="text-faint">secret</span>
      ) : value === '' ? (
        <span className="text-faint">empty</span>
      ) : (
        <span className="data">{value}</span>
      ),
  },
  {
    id: 'source',
    title: 'From',
    width: 180,
    cell: ({ source }) =>
      source === 'topic' ? (
        <Chip tone="accent">{sourceTexts.topic}</Chip>
      ) : (
        <span className="text-muted">{sourceTexts[source]}</span>
      ),
  },
  {
    id: 'inherited',
    title: 'Else it would be',
    width: 'minmax(140px, 1fr)',
    cell: ({ inherited }) => inherited !== null && <span className="data text-muted">{inherited}</span>,
  },
];
