/** The partitions of a topic: what each holds, who leads it, which copies are in step. */
import type { UseQueryResult } from '@tanstack/react-query';
import type { PartitionRow } from '#core/contract/topic.ts';
import { formatBytes, formatCount } from '../../lib/format.ts';
import { toHref } from '../../lib/location.ts';
import { placeText } from '../../lib/place.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { FailurePanel } from '../../ui/states.tsx';
import { KafkaWait } from './kafka-wait.tsx';

interface PartitionsTabProps {
  readonly topic: string;
  readonly reading: UseQueryResult<PartitionRow[]>;
}

export function PartitionsTab({ topic, reading: { data, error, refetch } }: PartitionsTabProps) {
  if (data === undefined) {
    if (error === null) return <KafkaWait label="Reading the partitions" />;
    return (
      <div className="px-4 py-3">
        <FailurePanel error={error} title="Reading the partitions failed" onRetry={() => void refetch()} />
      </div>
    );
  }
  return (
    <DataTable
      label={`Partitions of ${topic}`}
      name="partitions"
      columns={columns(topic)}
      rows={data}
      keyOf={({ partition }) => String(partition)}
      isOdd={({ leader, replicas, inSyncReplicas }) => leader < 0 || inSyncReplicas.length < replicas.length}
    />
  );
}

function columns(topic: string): readonly Column<PartitionRow>[] {
  return [
    number('partition', 'Partition', ({ partition }) => partition),
    number('first', 'First offset', ({ firstOffset }) => formatCount(firstOffset)),
    number('last', 'Last offset', ({ partition, lastOffset, records }) =>
      records === 0n ? (
        <span className="text-faint">none</span>
      ) : (
        <a
          href={toHref('topics', topic, placeText({ partition, offset: lastOffset }))}
          className="text-accent hover:underline"
        >
          {formatCount(lastOffset)}
        </a>
      ),
    ),
    number('records', 'Records', ({ records }) => formatCount(records)),
    number('bytes', 'Size', ({ bytes }) =>
      bytes === null ? <span className="text-faint">not told</span> : formatBytes(bytes),
    ),
    number('leader', 'Leader', ({ leader }) =>
      leader < 0 ? <span className="text-bad">none</span> : `broker ${leader}`,
    ),
    {
      id: 'replicas',
      title: 'Replicas',
      width: 'minmax(160px, 1fr)',
      cell: ({ replicas, inSyncReplicas }) => {
        const behind = replicas.filter((replica) => !inSyncReplicas.includes(replica));
        return (
          <>
            {replicas.join(', ')}
            {behind.length > 0 && <span className="ml-2 text-warn">behind: {behind.join(', ')}</span>}
          </>
        );
      },
    },
  ];
}

function number(id: string, title: string, cell: Column<PartitionRow>['cell']): Column<PartitionRow> {
  return { id, title, width: 128, align: 'right', cell };
}
