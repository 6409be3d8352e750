/** `#/journal`: what was changed through the workbench, newest first, from where and with what result. */
import { ScrollText, SearchX } from 'lucide-react';
import { useState } from 'react';
import type { JournalEntry } from '#core/contract/journal.ts';
import { useJournalStatus } from '../../api/live.ts';
import { useDebounced } from '../../lib/debounced.ts';
import { formatDateTime, plural } from '../../lib/format.ts';
import { Button } from '../../ui/button.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { ListBody } from '../../ui/list-body.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { RowLink } from '../../ui/row-link.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { Split } from '../../ui/split.tsx';
import { EmptyState, FailurePanel, LoadingRows } from '../../ui/states.tsx';
import { EntryInspector } from './entry-inspector.tsx';
import { actionText, originText, ResultText, thingHref, thingText } from './entry-text.tsx';
import { type JournalFilter, type JournalList, useJournal } from './use-journal.ts';

const everything: JournalFilter = { text: '', result: 'all' };
const typingMs = 150;

export function JournalPage() {
  const [filter, setFilter] = useState(everything);
  const list = useJournal({ ...filter, text: useDebounced(filter.text.trim(), typingMs) });
  const isFiltered = filter.text !== '' || filter.result !== 'all';
  const { entries, error, readAgain } = list;
  return (
    <PageFrame
      title="Journal"
      actions={
        <>
          <Segmented
            label="Result"
            options={[
              { value: 'all', label: 'All' },
              { value: 'done', label: 'Done' },
              { value: 'failed', label: 'Failed' },
            ]}
            value={filter.result}
            onChange={(result) => setFilter({ ...filter, result })}
          />
          <SearchField
            label="Filter by action or name"
            value={filter.text}
            onChange={(text) => setFilter({ ...filter, text })}
          />
        </>
      }
    >
      <ListBody
        error={error}
        title="Reading the journal failed"
        onRetry={readAgain}
        waiting={<LoadingRows label="Reading the journal" />}
        above={<Unwritten />}
      >
        {entries === undefined ? undefined : entries.length > 0 ? (
          <Entries list={list} entries={entries} />
        ) : isFiltered ? (
          <EmptyState
            icon={SearchX}
            title="No entry fits"
            action={<Button onClick={() => setFilter(everything)}>Show all</Button>}
          >
            Each word must be in what was done, to what, from where, or in its error.
          </EmptyState>
        ) : (
          <EmptyState icon={ScrollText} title="Nothing was changed yet">
            Start or stop a pipeline, add a connection, redrive a dead letter: each stands here with its time and
            result, also when a program did it. Secrets never do.
          </EmptyState>
        )}
      </ListBody>
    </PageFrame>
  );
}

/** The action was done all the same. */
function Unwritten() {
  const status = useJournalStatus();
  if (status === undefined || status.fault === null) return null;
  return (
    <div className="shrink-0 px-4 py-3">
      <FailurePanel
        error={status.fault}
        title={`${plural(status.unwritten, 'entry', 'entries')} could not be written to the disk`}
        tone="warn"
      />
    </div>
  );
}

interface EntriesProps {
  readonly list: JournalList;
  readonly entries: readonly JournalEntry[];
}

function Entries({ list: { isOldest, unreadable, readOlder }, entries }: EntriesProps) {
  const [selected, setSelected] = useState<string>();
  const shown = entries.find(({ id }) => id === selected);
  return (
    <Split
      name="journal"
      label="Entry"
      defaultWidth={440}
      aside={shown && <EntryInspector entry={shown} onClose={() => setSelected(undefined)} />}
    >
      <DataTable
        label="Journal, newest first"
        name="journal"
        columns={columns}
        rows={entries}
        rowCount={isOldest ? entries.length : -1}
        keyOf={({ id }) => id}
        selected={selected}
        onSelect={(entry) => setSelected(entry?.id)}
        onNearEnd={readOlder}
        isOdd={({ error }) => error !== null}
        footer={
          <p className="px-4 py-1.5 text-muted">
            {plural(entries.length, 'entry', 'entries')}
            {isOldest ? '' : ' so far'}
            {unreadable > 0 && `, ${plural(unreadable, 'line')} passed over: torn, or of a newer version`}
          </p>
        }
      />
    </Split>
  );
}

const columns: readonly Column<JournalEntry>[] = [
  {
    id: 'at',
    title: 'Time',
    width: 132,
    cell: ({ at }) => <span className="figures text-muted">{formatDateTime(new Date(at)).slice(5, 19)}</span>,
  },
  { id: 'action', title: 'Action', width: 'minmax(120px, 0.8fr)', cell: actionText },
  {
    id: 'thing',
    title: 'On',
    width: 'minmax(160px, 1.2fr)',
    cell: (entry) => (
      <RowLink href={thingHref(entry)} className="text-accent">
        {thingText(entry)}
      </RowLink>
    ),
  },
  { id: 'result', title: 'Result', width: 150, cell: ResultText },
  {
    id: 'connection',
    title: 'Connection',
    width: 'minmax(110px, 0.8fr)',
    cell: ({ connection }) => <span className="text-muted">{connection}</span>,
  },
  {
    id: 'from',
    title: 'From',
    width: 130,
    cell: (entry) => <span className="text-muted">{originText(entry)}</span>,
  },
];
