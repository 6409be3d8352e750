/** All topics: what each holds, how large it is, how fast it grows and which schema its values have. */
import { memo, useMemo, useState } from 'react';
import type { TopicRow } from '#core/contract/topic.ts';
import { useFilter } from '../../lib/filter.ts';
import { plural } from '../../lib/format.ts';
import { navigate } from '../../lib/location.ts';
import { useStored } from '../../lib/stored.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { ListBody } from '../../ui/list-body.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { NothingFound } from '../../ui/states.tsx';
import { inOrder, nextSort, type Sort } from '../../ui/table-sort.ts';
import { KafkaWait } from './kafka-wait.tsx';
import { NoTopics } from './no-topics.tsx';
import { sortValue, topicColumns } from './topic-columns.tsx';
import { useTopicList } from './use-topic-list.ts';

export function TopicList() {
  const { topics: data, error, readAgain } = useTopicList();
  const [showInternal, setShowInternal] = useStored<boolean>('topics.internal', false);
  const listed = useMemo(() => data?.filter((topic) => showInternal || !topic.internal), [data, showInternal]);
  const filter = useFilter(listed, nameOf);
  const internal = data?.filter((topic) => topic.internal).length ?? 0;
  return (
    <PageFrame
      title="Topics"
      chips={<span className="figures text-muted">{filter.countText}</span>}
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
          <SearchField label="Filter topics" value={filter.text} onChange={filter.setText} />
        </>
      }
    >
      <ListBody
        error={error}
        title="Reading the topics failed"
        onRetry={readAgain}
        waiting={<KafkaWait label="Reading the topics" />}
      >
        {listed?.length === 0 ? (
          <NoTopics internal={internal} />
        ) : (
          filter.shown && <TopicTable topics={filter.shown} filter={filter.words} onShowAll={filter.showAll} />
        )}
      </ListBody>
    </PageFrame>
  );
}

interface TopicTableProps {
  readonly topics: readonly TopicRow[];
  readonly filter: string;
  readonly onShowAll: () => void;
}

/** Not drawn again by a key that is typed, only by what the list shows. */
const TopicTable = memo(function TopicTable({ topics, filter, onShowAll }: TopicTableProps) {
  const [selected, setSelected] = useState<string>();
  const [sort, setSort] = useState<Sort>({ columnId: 'name', direction: 'ascending' });
  const rows = useMemo(() => topics.toSorted(inOrder(sort, sortValue, nameOf)), [topics, sort]);
  if (rows.length === 0) return <NothingFound what="topic" filter={filter} onShowAll={onShowAll} />;
  return (
    <DataTable
      label="Topics"
      name="topics"
      columns={topicColumns}
      rows={rows}
      keyOf={nameOf}
      selected={selected}
      onSelect={(topic) => setSelected(topic?.name)}
      onOpen={(topic) => navigate('topics', topic.name)}
      opensOnClick
      sort={sort}
      onSort={(columnId) => setSort(nextSort(sort, columnId, columnId === 'name' ? 'ascending' : 'descending'))}
    />
  );
});

const nameOf = ({ name }: TopicRow): string => name;
