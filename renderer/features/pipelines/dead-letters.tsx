/** The dead letters of one pipeline: the list at the left, the chosen one at the right. */
import { CircleCheck, Unplug } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { DeadLetter } from '#core/contract/dead-letter.ts';
import type { PipelineStatus } from '#core/contract/pipeline.ts';
import { hasWords } from '../../lib/filter.ts';
import { formatTimestamp, plural } from '../../lib/format.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { RowLink } from '../../ui/row-link.tsx';
import { Split } from '../../ui/split.tsx';
import { EmptyState, FailurePanel, LoadingRows } from '../../ui/states.tsx';
import { ValueText } from '../../ui/value-text.tsx';
import { LetterBar, type Show } from './letter-bar.tsx';
import { LetterInspector } from './letter-inspector.tsx';
import { longPlace, OutcomeText, placeHref, stageWords } from './letter-text.tsx';
import { RedriveDialog } from './redrive-dialog.tsx';
import { type Chosen, useChosen } from './use-chosen.ts';
import { type LetterList, useLetters } from './use-letters.ts';

interface DeadLettersProps {
  readonly pipeline: PipelineStatus;
  /** Of the address: the letter to show at first, and whether to begin editing it. */
  readonly letterId: string | undefined;
  readonly isEditing: boolean;
}

export function DeadLetters({ pipeline, letterId, isEditing }: DeadLettersProps) {
  const list = useLetters(pipeline);
  const [selected, setSelected] = useState(letterId);
  return (
    <Split
      name="dead-letter"
      label="Dead letter"
      defaultWidth={460}
      aside={
        selected === undefined ? undefined : (
          <LetterInspector
            key={selected}
            pipeline={pipeline.name}
            id={selected}
            beginsEditing={isEditing && selected === letterId}
            onClose={() => setSelected(undefined)}
          />
        )
      }
    >
      <Letters pipeline={pipeline} list={list} selected={selected} onSelect={setSelected} />
    </Split>
  );
}

interface LettersProps {
  readonly pipeline: PipelineStatus;
  readonly list: LetterList;
  readonly selected: string | undefined;
  readonly onSelect: (id: string | undefined) => void;
}

function Letters({ pipeline, list, selected, onSelect }: LettersProps) {
  const { letters, topic, error, readAgain } = list;
  const [show, setShow] = useState<Show>('all');
  const [filter, setFilter] = useState('');
  const [isRedriving, setIsRedriving] = useState(false);
  const shown = useMemo(
    () => letters?.filter((letter) => isShown(letter, show, filter)) ?? [],
    [letters, show, filter],
  );
  const open = useMemo(() => shown.filter(({ outcome }) => outcome.state === 'open'), [shown]);
  const chosen = useChosen(useMemo(() => open.map(({ id }) => id), [open]));
  const picked = open.filter(({ id }) => chosen.ids.has(id));
  const failure = error !== null && (
    <div className="shrink-0 px-4 py-3">
      <FailurePanel error={error} title="Reading the dead letters failed" onRetry={readAgain} />
    </div>
  );
  if (letters === undefined) return failure || <LoadingRows label="Reading the dead letters" />;
  if (topic === null) return <NoTopic />;
  if (letters.length === 0) return failure || <NoLetters />;
  return (
    <div className="flex h-full flex-col">
      {failure}
      <LetterBar
        pipeline={pipeline.name}
        show={show}
        onShow={setShow}
        filter={filter}
        onFilter={setFilter}
        open={open}
        chosen={picked}
        onChoose={chosen.set}
        onRedrive={() => setIsRedriving(true)}
      />
      <div className="min-h-0 flex-1">
        <DataTable
          label={`Dead letters of ${pipeline.name}, newest first`}
          name="dead-letters"
          columns={[choiceColumn(chosen, open), ...columns]}
          onToggle={({ id, outcome }) => outcome.state === 'open' && chosen.toggle(id)}
          rows={shown}
          rowCount={list.isOldest ? shown.length : -1}
          keyOf={({ id }) => id}
          selected={selected}
          onSelect={(letter) => onSelect(letter?.id)}
          onNearEnd={list.readOlder}
          footer={
            <p className="px-4 py-1.5 text-muted">
              {plural(shown.length, 'letter')}
              {list.isOldest ? '' : ' so far'} in <span className="data">{topic}</span>
            </p>
          }
        />
      </div>
      <RedriveDialog
        pipeline={pipeline.name}
        letters={picked.length === 0 ? open : picked}
        isOpen={isRedriving}
        onClose={() => setIsRedriving(false)}
      />
    </div>
  );
}

function isShown(letter: DeadLetter, show: Show, filter: string): boolean {
  if (show === 'open' && letter.outcome.state !== 'open') return false;
  const { source, message, code, id } = letter;
  return hasWords(`${id} ${source.topic}-${source.partition}@${source.offset} ${code} ${message}`, filter);
}

function choiceColumn(chosen: Chosen, open: readonly DeadLetter[]): Column<DeadLetter> {
  const isAll = open.length > 0 && open.every(({ id }) => chosen.ids.has(id));
  return {
    id: 'chosen',
    title: 'Chosen',
    width: 40,
    head: (
      <ChoiceBox
        isStop
        label="Choose all open letters that are shown"
        isChosen={isAll}
        onToggle={() => chosen.set(isAll ? [] : open.map(({ id }) => id))}
      />
    ),
    cell: ({ id, outcome }) =>
      outcome.state === 'open' && (
        <ChoiceBox
          label={`Choose letter ${id}`}
          isChosen={chosen.ids.has(id)}
          onToggle={(isRange) => chosen.toggle(id, isRange)}
        />
      ),
  };
}

interface ChoiceBoxProps {
  readonly label: string;
  readonly isChosen: boolean;
  /** Of the Tab key: in the rows the space bar does the same. */
  readonly isStop?: boolean;
  readonly onToggle: (isRange: boolean) => void;
}

function ChoiceBox({ label, isChosen, isStop = false, onToggle }: ChoiceBoxProps) {
  return (
    <input
      type="checkbox"
      aria-label={label}
      tabIndex={isStop ? 0 : -1}
      checked={isChosen}
      readOnly
      onClick={(event) => {
        event.stopPropagation();
        onToggle(event.shiftKey);
      }}
      className="size-4 align-middle accent-accent"
    />
  );
}

const columns: readonly Column<DeadLetter>[] = [
  {
    id: 'state',
    title: 'State',
    width: 'minmax(84px, 0.8fr)',
    cell: ({ outcome }) => <OutcomeText outcome={outcome} />,
  },
  {
    id: 'record',
    title: 'Record',
    width: 'minmax(168px, 0.8fr)',
    cell: ({ source }) => (
      <RowLink href={placeHref(source)} className="text-accent">
        {longPlace(source)}
      </RowLink>
    ),
  },
  {
    id: 'reason',
    title: 'Reason',
    width: 'minmax(200px, 2.4fr)',
    cell: ({ stage, message }) => (
      <span title={`${stageWords[stage]}: ${message}`}>
        <span className="text-muted">{stage} · </span>
        {message}
      </span>
    ),
  },
  { id: 'key', title: 'Key', width: 'minmax(72px, 0.6fr)', cell: ({ key }) => <ValueText value={key.value} plain /> },
  {
    id: 'at',
    title: 'Set aside',
    width: 132,
    cell: ({ at }) => <span className="figures text-muted">{formatTimestamp(BigInt(at)).slice(5, 19)}</span>,
  },
];

function NoLetters() {
  return (
    <EmptyState icon={CircleCheck} title="No dead letters">
      A record that can’t be decoded or written is set aside here with its bytes and the reason, and the others go on.
    </EmptyState>
  );
}

function NoTopic() {
  return (
    <EmptyState icon={Unplug} title="This pipeline has no dead-letter topic">
      One record that can’t be delivered stops it. Add <code className="data">deadLetter: {'{ topic: … }'}</code> to its
      file to set such records aside instead.
    </EmptyState>
  );
}
