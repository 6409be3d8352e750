/** All subjects of the connection's Schema Registry. */
import { FileJson2, RefreshCw, SearchX } from 'lucide-react';
import { memo, useCallback, useDeferredValue, useMemo, useState } from 'react';
import type { SubjectRow } from '#core/contract/schema.ts';
import { formatCount } from '../../lib/format.ts';
import { navigate, toHref } from '../../lib/location.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { EmptyState, FailurePanel, LoadingRows } from '../../ui/states.tsx';
import { nextSort, type Sort } from '../../ui/table-head.tsx';
import { levelText, typeNames } from './type-name.ts';
import { useSubjects } from './use-subjects.ts';

export function SubjectList() {
  const { subjects, registry, isReading, error, readAgain } = useSubjects();
  const [filter, setFilter] = useState('');
  const words = useDeferredValue(filter);
  const shown = useMemo(() => subjects?.filter(({ subject }) => matches(subject, words)), [subjects, words]);
  const showAll = useCallback(() => setFilter(''), []);
  return (
    <PageFrame
      title="Schemas"
      chips={
        <>
          {shown !== undefined && (
            <span className="figures text-muted">{countText(shown.length, subjects?.length ?? 0)}</span>
          )}
          {registry !== undefined && <span className="data truncate text-faint">{registry}</span>}
        </>
      }
      actions={
        <>
          <IconButton icon={RefreshCw} label="Read the subjects again" onClick={readAgain} disabled={isReading} />
          <SearchField label="Filter subjects" value={filter} onChange={setFilter} />
        </>
      }
    >
      <div className="flex h-full flex-col">
        {error !== null && (
          <div className="px-4 py-3">
            <FailurePanel error={error} title="Reading the subjects failed" onRetry={readAgain} />
          </div>
        )}
        <div className="min-h-0 flex-1">
          {shown === undefined ? (
            error === null && <LoadingRows label="Reading the subjects" />
          ) : (
            <SubjectTable subjects={shown} all={subjects?.length ?? 0} filter={words} onShowAll={showAll} />
          )}
        </div>
      </div>
    </PageFrame>
  );
}

interface SubjectTableProps {
  readonly subjects: readonly SubjectRow[];
  readonly all: number;
  readonly filter: string;
  readonly onShowAll: () => void;
}

/** Not drawn again by a key that is typed, only by what the list shows. */
const SubjectTable = memo(function SubjectTable({ subjects, all, filter, onShowAll }: SubjectTableProps) {
  const [selected, setSelected] = useState<string>();
  const [sort, setSort] = useState<Sort>({ columnId: 'subject', direction: 'ascending' });
  const rows = useMemo(() => subjects.toSorted(order(sort)), [subjects, sort]);
  if (all === 0) {
    return (
      <EmptyState icon={FileJson2} title="No subject in this registry">
        A serializer registers the schema of a topic here when it first writes, as{' '}
        <code className="data">topic-value</code>.
      </EmptyState>
    );
  }
  if (rows.length === 0) {
    return (
      <EmptyState
        icon={SearchX}
        title={`No subject’s name contains “${filter}”`}
        action={<Button onClick={onShowAll}>Show all</Button>}
      >
        Each word of the filter must be in the name, in any order.
      </EmptyState>
    );
  }
  return (
    <DataTable
      label="Subjects"
      name="subjects"
      columns={columns}
      rows={rows}
      keyOf={({ subject }) => subject}
      selected={selected}
      onSelect={(row) => setSelected(row?.subject)}
      onOpen={({ subject }) => navigate('schemas', subject)}
      opensOnClick
      sort={sort}
      onSort={(columnId) => setSort(nextSort(sort, columnId, columnId === 'latestId' ? 'descending' : 'ascending'))}
    />
  );
});

const columns: readonly Column<SubjectRow>[] = [
  {
    id: 'subject',
    title: 'Subject',
    width: 'minmax(240px, 2fr)',
    isSortable: true,
    cell: ({ subject }) => (
      <a
        href={toHref('schemas', subject)}
        tabIndex={-1}
        className="hover:underline"
        onClick={(event) => event.stopPropagation()}
      >
        {subject}
      </a>
    ),
  },
  {
    id: 'type',
    title: 'Type',
    width: 128,
    isSortable: true,
    cell: ({ type }) => type !== undefined && <span className="text-muted">{typeNames[type]}</span>,
  },
  number('versions', 'Versions', ({ versions }) => versions),
  number('latestVersion', 'Newest', ({ latestVersion }) => latestVersion),
  number('latestId', 'Id', ({ latestId }) => latestId),
  {
    id: 'compatibility',
    title: 'Compatibility',
    width: 'minmax(180px, 1fr)',
    isSortable: true,
    cell: ({ compatibility, isOwnCompatibility }) =>
      compatibility !== undefined && (
        <>
          {levelText(compatibility)}
          {isOwnCompatibility === false && <span className="ml-2 text-faint">the registry’s</span>}
        </>
      ),
  },
];

function number(
  id: keyof SubjectRow,
  title: string,
  value: (row: SubjectRow) => number | undefined,
): Column<SubjectRow> {
  const cell = (row: SubjectRow) => {
    const shown = value(row);
    return shown !== undefined && formatCount(shown);
  };
  return { id, title, width: 96, align: 'right', isSortable: true, cell };
}

function order({ columnId, direction }: Sort): (a: SubjectRow, b: SubjectRow) => number {
  const sign = direction === 'ascending' ? 1 : -1;
  const column = columnId as keyof SubjectRow;
  return (a, b) => {
    const [x, y] = [a[column], b[column]];
    if (x === y) return a.subject < b.subject ? -1 : 1;
    if (x === undefined || y === undefined) return x === undefined ? 1 : -1;
    return sign * (x < y ? -1 : 1);
  };
}

function matches(name: string, filter: string): boolean {
  const words = filter.toLowerCase().split(/\s+/);
  return words.every((word) => name.toLowerCase().includes(word));
}

function countText(shown: number, all: number): string {
  return shown === all ? formatCount(all) : `${formatCount(shown)} of ${formatCount(all)}`;
}
