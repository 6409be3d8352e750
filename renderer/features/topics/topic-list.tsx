/** All topics: what each holds, how large it is, how fast it grows and which schema its values have. */
import { SearchX } from 'lucide-react';
import { memo, useCallback, useDeferredValue, useMemo, useState } from 'react';
import type { TopicRow } from '#core/contract/topic.ts';
import { formatCount, plural } from '../../lib/format.ts';
import { navigate } from '../../lib/location.ts';
import { useStored } from '../../lib/stored.ts';
import { Button } from '../../ui/button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { EmptyState, FailurePanel } from '../../ui/states.tsx';
import { nextSort, type Sort } from '../../ui/table-head.tsx';
import { KafkaWait } from './kafka-wait.tsx';
import { NoTopics } from './no-topics.tsx';
import { topicColumns, topicOrder } from './topic-columns.tsx';
import { useTopicList } from './use-topic-list.ts';

export function TopicList() {
  const { topics: data, error, readAgain } = useTopicList();
  const [filter, setFilter] = useState('');
  const [showInternal, setShowInternal] = useStored<boolean>('topics.internal', false);
  const listed = useMemo(() => data?.filter((topic) => showInternal || !topic.internal), [data, showInternal]);
  // Typing comes first: among thousands of topics the list follows a moment later.
  const words = useDeferredValue(filter);
  const shown = useMemo(() => listed?.filter((topic) => matches(topic.name, words)), [listed, words]);
  const showAll = useCallback(() => setFilter(''), []);
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
            <FailurePanel error={error} title="Reading the topics failed" onRetry={readAgain} />
          </div>
        )}
        <div className="min-h-0 flex-1">
          {shown === undefined ? (
            error === null && <KafkaWait label="Reading the topics" />
          ) : (
            <TopicTable
              topics={shown}
              all={listed?.length ?? 0}
              internal={internal}
              filter={words}
              onShowAll={showAll}
            />
          )}
        </div>
      </div>
    </PageFrame>
  );
}

interface TopicTableProps {
  readonly topics: readonly TopicRow[];
  readonly all: number;
  /** Of those that are there, shown or not. */
  readonly internal: number;
  readonly filter: string;
  readonly onShowAll: () => void;
}

/** Not drawn again by a key that is typed, only by what the list shows. */
const TopicTable = memo(function TopicTable({ topics, all, internal, filter, onShowAll }: TopicTableProps) {
  const [selected, setSelected] = useState<string>();
  const [sort, setSort] = useState<Sort>({ columnId: 'name', direction: 'ascending' });
  const rows = useMemo(() => topics.toSorted(topicOrder(sort)), [topics, sort]);
  if (all === 0) {
    return <NoTopics internal={internal} />;
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
      columns={topicColumns}
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
});

function matches(name: string, filter: string): boolean {
  const words = filter.toLowerCase().split(/\s+/);
  return words.every((word) => name.toLowerCase().includes(word));
}

function countText(shown: number, all: number): string {
  return shown === all ? formatCount(all) : `${formatCount(shown)} of ${formatCount(all)}`;
}
