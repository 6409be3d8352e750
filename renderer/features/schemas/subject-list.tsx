/** All subjects of the connection's Schema Registry. */
import { FileJson2, RefreshCw } from 'lucide-react';
import { memo, useMemo, useState } from 'react';
import type { SubjectRow } from '#core/contract/schema.ts';
import { useFilter } from '../../lib/filter.ts';
import { formatCount } from '../../lib/format.ts';
import { navigate, toHref } from '../../lib/location.ts';
import { IconButton } from '../../ui/button.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { ListBody } from '../../ui/list-body.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { RowLink } from '../../ui/row-link.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { EmptyState, LoadingRows, NothingFound } from '../../ui/states.tsx';
import { inOrder, nextSort, type Sort } from '../../ui/table-sort.ts';
import { levelText, typeNames } from './type-name.ts';
import { useSubjects } from './use-subjects.ts';

export function SubjectList() {
  const { subjects, registry, isReading, error, readAgain } = useSubjects();
  const filter = useFilter(subjects, nameOf);
  return (
    <PageFrame
      title="Schemas"
      chips={
        <>
          <span className="figures text-muted">{filter.countText}</span>
          {registry !== undefined && <span className="data truncate text-faint">{registry}</span>}
        </>
      }
      actions={
        <>
          <IconButton icon={RefreshCw} label="Read the subjects again" onClick={readAgain} disabled={isReading} />
          <SearchField label="Filter subjects" value={filter.text} onChange={filter.setText} />
        </>
      }
    >
      <ListBody
        error={error}
        title="Reading the subjects failed"
        onRetry={readAgain}
        waiting={<LoadingRows label="Reading the subjects" />}
      >
        {filter.shown && (
          <SubjectTable
            subjects={filter.shown}
            isEmpty={subjects?.length === 0}
            filter={filter.words}
            onShowAll={filter.showAll}
          />
        )}
      </ListBody>
    </PageFrame>
  );
}

interface SubjectTableProps {
  readonly subjects: readonly SubjectRow[];
  /** Without the filter too. */
  readonly isEmpty: boolean;
  readonly filter: string;
  readonly onShowAll: () => void;
}

/** Not drawn again by a key that is typed, only by what the list shows. */
const SubjectTable = memo(function SubjectTable({ subjects, isEmpty, filter, onShowAll }: SubjectTableProps) {
  const [selected, setSelected] = useState<string>();
  const [sort, setSort] = useState<Sort>({ columnId: 'subject', direction: 'ascending' });
  const rows = useMemo(() => subjects.toSorted(inOrder(sort, sortValue, nameOf)), [subjects, sort]);
  if (isEmpty) {
    return (
      <EmptyState icon={FileJson2} title="No subject in this registry">
        A serializer registers the schema of a topic here when it first writes, as{' '}
        <code className="data">topic-value</code>.
      </EmptyState>
    );
  }
  if (rows.length === 0) return <NothingFound what="subject" filter={filter} onShowAll={onShowAll} />;
  return (
    <DataTable
      label="Subjects"
      name="subjects"
      columns={columns}
      rows={rows}
      keyOf={nameOf}
      selected={selected}
      onSelect={(row) => setSelected(row?.subject)}
      onOpen={({ subject }) => navigate('schemas', subject)}
      opensOnClick
      sort={sort}
      onSort={(columnId) => setSort(nextSort(sort, columnId, columnId === 'latestId' ? 'descending' : 'ascending'))}
    />
  );
});

const nameOf = ({ subject }: SubjectRow): string => subject;

/** The columns have the names of the row's values. */
function sortValue(row: SubjectRow, columnId: string): number | string | undefined {
  const value = row[columnId as keyof SubjectRow];
  return typeof value === 'boolean' ? undefined : value;
}

const columns: readonly Column<SubjectRow>[] = [
  {
    id: 'subject',
    title: 'Subject',
    width: 'minmax(240px, 2fr)',
    isSortable: true,
    cell: ({ subject }) => <RowLink href={toHref('schemas', subject)}>{subject}</RowLink>,
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
