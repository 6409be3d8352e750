/** The groups that read a topic, how far each is behind; the chosen one by partition, with the member that reads it. */
import { useQuery } from '@tanstack/react-query';
import { Users, X } from 'lucide-react';
import { useState } from 'react';
import type { GroupPartition, TopicGroup } from '#core/contract/topic.ts';
import { queries } from '../../api/client.ts';
import { formatCount } from '../../lib/format.ts';
import { IconButton } from '../../ui/button.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Split } from '../../ui/split.tsx';
import { EmptyState, FailurePanel } from '../../ui/states.tsx';
import { KafkaWait } from './kafka-wait.tsx';

const refreshMs = 3_000;

export function GroupsTab({ topic }: { readonly topic: string }) {
  const { data, error, refetch } = useQuery(
    queries.topics.groups.queryOptions({ input: { topic }, refetchInterval: refreshMs }),
  );
  const [chosen, setChosen] = useState<string>();
  if (data === undefined) {
    if (error === null) return <KafkaWait label="Asking the brokers for their groups" />;
    return (
      <div className="px-4 py-3">
        <FailurePanel error={error} title="Reading the groups failed" onRetry={() => void refetch()} />
      </div>
    );
  }
  if (data.length === 0) {
    return (
      <EmptyState icon={Users} title={`No group reads ${topic}`}>
        A group appears here once a consumer of it was given a partition of this topic or has committed an offset in it.
      </EmptyState>
    );
  }
  const shown = data.find(({ group }) => group === chosen);
  return (
    <Split
      name="group"
      label="Group"
      defaultWidth={520}
      aside={shown && <GroupPartitions group={shown} onClose={() => setChosen(undefined)} />}
    >
      <DataTable
        label={`Groups that read ${topic}`}
        name="groups"
        columns={groupColumns}
        rows={data}
        keyOf={({ group }) => group}
        selected={chosen}
        onSelect={(group) => setChosen(group?.group)}
      />
    </Split>
  );
}

const groupColumns: readonly Column<TopicGroup>[] = [
  { id: 'group', title: 'Group', width: 'minmax(200px, 1fr)', cell: ({ group }) => group },
  { id: 'state', title: 'State', width: 150, cell: ({ state }) => <span className="text-muted">{state}</span> },
  { id: 'members', title: 'Members', width: 96, align: 'right', cell: ({ members }) => formatCount(members) },
  { id: 'lag', title: 'Lag, records', width: 140, align: 'right', cell: ({ lag }) => formatCount(lag) },
];

function GroupPartitions({ group, onClose }: { readonly group: TopicGroup; readonly onClose: () => void }) {
  return (
    <div className="flex h-full flex-col">
      <div className="flex h-10 shrink-0 items-center gap-2 pr-2 pl-3.5">
        <h2 className="truncate font-semibold">{group.group}</h2>
        <div className="ml-auto">
          <IconButton icon={X} label="Close the group" keys={['Esc']} onClick={onClose} />
        </div>
      </div>
      <div className="min-h-0 flex-1">
        <DataTable
          label={`Partitions of ${group.group}`}
          columns={partitionColumns}
          rows={group.partitions}
          keyOf={({ partition }) => String(partition)}
        />
      </div>
    </div>
  );
}

const none = <span className="text-faint">none</span>;
const partitionColumns: readonly Column<GroupPartition>[] = [
  { id: 'partition', title: 'Part.', width: 64, align: 'right', cell: ({ partition }) => partition },
  {
    id: 'committed',
    title: 'Next to read',
    width: 104,
    align: 'right',
    cell: ({ committed }) => (committed === null ? none : formatCount(committed)),
  },
  { id: 'end', title: 'End', width: 96, align: 'right', cell: ({ endOffset }) => formatCount(endOffset) },
  {
    id: 'lag',
    title: 'Lag',
    width: 88,
    align: 'right',
    cell: ({ lag }) => (lag === null ? none : formatCount(lag)),
  },
  {
    id: 'member',
    title: 'Read by',
    width: 'minmax(140px, 1fr)',
    cell: ({ member }) =>
      member === null ? (
        <span className="text-faint">nobody now</span>
      ) : (
        <span title={member.id}>
          {member.clientId} <span className="text-faint">{member.host}</span>
        </span>
      ),
  },
];
