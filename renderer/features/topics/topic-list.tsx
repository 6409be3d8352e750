/** All topics: what each holds and how large it is. */
import { Rows3, SearchX } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { TopicSummary } from '#core/contract/record.ts';
import { formatBytes, formatCount, plural } from '../../lib/format.ts';
import { navigate, toHref } from '../../lib/location.ts';
import { useStored } from '../../lib/stored.ts';
import { Button } from '../../ui/button.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { EmptyState, FailurePanel } from '../../ui/states.tsx';
import { nextSort, type Sort } from '../../ui/table-head.tsx';
import { KafkaWait } from './kafka-wait.tsx';
import { useTopics } from './use-topics.ts';

export function TopicList() {
  const { data, error, refetch } = useTopics();
  const [filter, setFilter] = useState('');
  const [showInternal, setShowInternal] = useStored<boolean>('topics.internal', false);
  const listed = useMemo(() => data?.filter((topic) => showInternal || !topic.internal), [data, showInternal]);
  const shown = useMemo(() => listed?.filter((topic) => matches(topic.name, filter)), [listed, filter]);
  const internal = data?.filter((topic) => topic.internal).length ?? 0;
  return (
    <PageFrame
      title="Topics"
      chips={
        shown !== undefined && (
          <span className="figures text-muted">{countText(shown.length, listed?.length ?? 0)}</span>
        )
      }
      actions={
        <>
          {internal > 0 && (
            <label className="flex items-center gap-1.5 text-muted">
              <input
                type="checkbox"
                checked={showInternal}
                onChange={(event) => setShowInternal(event.target.checked)}
                className="accent-accent"
              />
              {plural(internal, 'internal topic')}
            </label>
          )}
          <SearchField label="Filter topics" value={filter} onChange={setFilter} />
        </>
      }
    >
      <div className="flex h-full flex-col">
        {error !== null && (
          <div className="px-4 py-3">
            <FailurePanel error={error} title="Reading the topics failed" onRetry={() => void refetch()} />
          </div>
        )}
        <div className="min-h-0 flex-1">
          {shown === undefined ? (
            error === null && <KafkaWait label="Reading the topics" />
          ) : (
            <TopicTable topics={shown} all={listed?.length ?? 0} filter={filter} onShowAll={() => setFilter('')} />
          )}
        </div>
      </div>
    </PageFrame>
  );
}

interface TopicTableProps {
  readonly topics: readonly TopicSummary[];
  readonly all: number;
  readonly filter: string;
  readonly onShowAll: () => void;
}

function TopicTable({ topics, all, filter, onShowAll }: TopicTableProps) {
  const [selected, setSelected] = useState<string>();
  const [sort, setSort] = useState<Sort>({ columnId: 'name', direction: 'ascending' });
  const rows = useMemo(() => topics.toSorted(order(sort)), [topics, sort]);
  if (all === 0) {
    return (
      <EmptyState icon={Rows3} title="No topics yet">
        A topic appears here as soon as a program creates it or writes to it. The sandbox’s address is on Home.
      </EmptyState>
    );
  }
  if (rows.length === 0) {
    return (
      <EmptyState
        icon={SearchX}
        title={`No topic’s name contains “${filter}”`}
        action={<Button onClick={onShowAll}>Show all</Button>}
      >
        Each word of the filter must be in the name, in any order.
      </EmptyState>
    );
  }
  return (
    <DataTable
      label="Topics"
      name="topics"
      columns={columns}
      rows={rows}
      keyOf={(topic) => topic.name}
      selected={selected}
      onSelect={(topic) => setSelected(topic?.name)}
      onOpen={(topic) => navigate('topics', topic.name)}
      opensOnClick
      sort={sort}
      onSort={(columnId) => setSort(nextSort(sort, columnId, columnId === 'name' ? 'ascending' : 'descending'))}
    />
  );
}

const columns: readonly Column<TopicSummary>[] = [
  {
    id: 'name',
    title: 'Name',
    width: 'minmax(240px, 2fr)',
    isSortable: true,
    cell: (topic) => (
      <>
        <a
          href={toHref('topics', topic.name)}
          tabIndex={-1}
          className="hover:underline"
          onClick={(event) => event.stopPropagation()}
        >
          {topic.name}
        </a>
        {topic.internal && <span className="ml-2 text-faint">internal</span>}
      </>
    ),
  },
  number('partitions', 'Partitions', (topic) => formatCount(topic.partitions)),
  number('records', 'Records', (topic) => formatCount(topic.records)),
  number('bytes', 'Size', (topic) =>
    topic.bytes === null ? <span className="text-faint">not told</span> : formatBytes(topic.bytes),
  ),
  { id: 'rest', title: '', width: 'minmax(0, 1.5fr)', cell: () => null },
];

function number(id: string, title: string, cell: Column<TopicSummary>['cell']): Column<TopicSummary> {
  return { id, title, width: 'minmax(104px, 160px)', align: 'right', isSortable: true, cell };
}

function order({ columnId, direction }: Sort): (a: TopicSummary, b: TopicSummary) => number {
  const sign = direction === 'ascending' ? 1 : -1;
  return (a, b) => {
    const byName = a.name.localeCompare(b.name);
    if (columnId === 'name') return sign * byName;
    const [x, y] = [sizeOf(a, columnId), sizeOf(b, columnId)];
    return x === y ? byName : sign * (x < y ? -1 : 1);
  };
}

function sizeOf(topic: TopicSummary, columnId: string): bigint {
  if (columnId === 'partitions') return BigInt(topic.partitions);
  return columnId === 'records' ? topic.records : (topic.bytes ?? -1n);
}

function matches(name: string, filter: string): boolean {
  const words = filter.toLowerCase().split(/\s+/);
  return words.every((word) => name.toLowerCase().includes(word));
}

function countText(shown: number, all: number): string {
  return shown === all ? formatCount(all) : `${formatCount(shown)} of ${formatCount(all)}`;
}
