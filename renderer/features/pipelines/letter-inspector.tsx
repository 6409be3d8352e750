/** One dead letter: why it failed and at which byte, its value, headers and place; from here it is mended, redriven or dropped. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, PencilLine, Trash2, Undo2, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { LetterDetail } from '#core/contract/dead-letter.ts';
import { client, queries } from '../../api/client.ts';
import { toJson } from '../../lib/exact.ts';
import { formatBytes, formatTimestamp } from '../../lib/format.ts';
import { letterWasRead } from '../../lib/walk.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { HeaderList } from '../../ui/header-list.tsx';
import { type KeyValue, KeyValues } from '../../ui/key-values.tsx';
import { FailurePanel, LoadingRows } from '../../ui/states.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { TextView } from '../../ui/text.tsx';
import { say } from '../../ui/toast.ts';
import { ValueText } from '../../ui/value-text.tsx';
import { FaultyBytes } from './faulty-bytes.tsx';
import { OutcomeText, PlaceLink, stageWords } from './letter-text.tsx';
import { RedriveEditor } from './redrive-editor.tsx';
import { isOnItsWay, lettersChanged } from './use-letters.ts';

interface LetterInspectorProps {
  readonly pipeline: string;
  readonly id: string;
  readonly beginsEditing: boolean;
  readonly onClose: () => void;
}

const onItsWayMs = 1_000;

export function LetterInspector({ pipeline, id, beginsEditing, onClose }: LetterInspectorProps) {
  const { data, error, refetch } = useQuery(
    queries.deadLetters.get.queryOptions({
      input: { pipeline, id },
      refetchInterval: ({ state }) => (state.data !== undefined && isOnItsWay(state.data) ? onItsWayMs : false),
    }),
  );
  const [isEditing, setIsEditing] = useState(beginsEditing);
  const isRead = data !== undefined;
  useEffect(() => {
    if (isRead) letterWasRead(pipeline);
  }, [pipeline, isRead]);
  return (
    <div className="flex h-full flex-col">
      <div className="flex h-10 shrink-0 items-center gap-2 pr-2 pl-3.5">
        <h2 className="figures truncate font-semibold">Dead letter {id}</h2>
        <div className="ml-auto flex">
          <CopyButton
            label="Copy a link to this dead letter"
            text={() => `mercury://pipelines/${encodeURIComponent(pipeline)}/dead-letters/${id}`}
            icon={Link}
          />
          <IconButton icon={X} label="Close the dead letter" keys={['Esc']} onClick={onClose} />
        </div>
      </div>
      {error !== null ? (
        <div className="p-3">
          <FailurePanel error={error} title="Reading the dead letter failed" onRetry={() => void refetch()} />
        </div>
      ) : data === undefined ? (
        <LoadingRows label="Reading the dead letter" />
      ) : (
        <>
          <Letter pipeline={pipeline} letter={data} onEdit={() => setIsEditing(true)} />
          <RedriveEditor pipeline={pipeline} letter={data} isOpen={isEditing} onClose={() => setIsEditing(false)} />
        </>
      )}
    </div>
  );
}

interface LetterProps {
  readonly pipeline: string;
  readonly letter: LetterDetail;
  readonly onEdit: () => void;
}

function Letter({ pipeline, letter, onEdit }: LetterProps) {
  const [tab, setTab] = useState('bytes');
  const { value } = letter.value;
  const isText = value !== null && !(value instanceof Uint8Array);
  return (
    <>
      <Reason letter={letter} />
      <Actions pipeline={pipeline} letter={letter} onEdit={onEdit} />
      <Tabs
        value={tab}
        onChange={setTab}
        tabs={[
          { id: 'bytes', title: 'Bytes', content: <FaultyBytes letter={letter} /> },
          ...(isText ? [{ id: 'value', title: 'Value', content: <ValueView letter={letter} /> }] : []),
          {
            id: 'headers',
            title: (
              <>
                Headers <span className="figures text-faint">{letter.headers.length}</span>
              </>
            ),
            content: <HeaderList headers={letter.headers} none="The record had no headers of its own." />,
          },
        ]}
      />
      <Place letter={letter} />
    </>
  );
}

/** Why, first: it is what one opens a letter for. */
function Reason({ letter: { stage, code, message, fault, source } }: { readonly letter: LetterDetail }) {
  return (
    <section aria-label="Why it was set aside" className="shrink-0 border-warn/40 border-y bg-warn-tint px-3.5 py-2">
      <h3 className="wrap-anywhere font-semibold text-warn">
        <PlaceLink place={source} /> {stageWords[stage]}
      </h3>
      <p className="wrap-anywhere">
        {message} <span className="data text-muted">{code}</span>
      </p>
      {fault !== null && (
        <p className="wrap-anywhere text-muted">
          Byte <span className="figures">{fault.position}</span> is marked below.
        </p>
      )}
    </section>
  );
}

function Actions({ pipeline, letter, onEdit }: LetterProps) {
  const queryClient = useQueryClient();
  const { id, outcome } = letter;
  const input = { pipeline, ids: [id] };
  const restore = useMutation({
    mutationFn: () => client.deadLetters.restore(input),
    onSuccess: () => lettersChanged(queryClient),
  });
  const drop = useMutation({
    mutationFn: () => client.deadLetters.drop(input),
    onSuccess: () => {
      const undo = (): Promise<void> => restore.mutateAsync();
      say({ about: `letter ${pipeline} ${id}`, title: `Dead letter ${id} dropped`, undo });
      return lettersChanged(queryClient);
    },
  });
  const failure = drop.error ?? restore.error;
  return (
    <div className="flex shrink-0 flex-col gap-2 px-3.5 py-2.5">
      <div className="flex items-center gap-2">
        <span aria-live="polite" className="min-w-0 truncate">
          <OutcomeText outcome={outcome} />
        </span>
        <div className="ml-auto flex gap-2">
          {outcome.state === 'open' && (
            <Button icon={Trash2} onClick={() => drop.mutate()}>
              Drop
            </Button>
          )}
          {outcome.state === 'dropped' && (
            <Button icon={Undo2} onClick={() => restore.mutate()}>
              Take back
            </Button>
          )}
          <Button look={outcome.state === 'open' ? 'primary' : 'plain'} icon={PencilLine} onClick={onEdit}>
            Fix and redrive
          </Button>
        </div>
      </div>
      {failure !== null && <FailurePanel error={failure} title="Not done" />}
    </div>
  );
}

const shownJson = 100_000;

function ValueView({ letter: { value } }: { readonly letter: LetterDetail }) {
  const { text, isComplete } = toJson(value.value, { indent: 2, limit: shownJson });
  const after = isComplete ? undefined : <span className="text-muted">{'\n'}… cut here: Copy takes all of it</span>;
  return (
    <TextView label="Value as JSON" text={text} after={after} whole={() => toJson(value.value, { indent: 2 }).text} />
  );
}

function Place({ letter }: { readonly letter: LetterDetail }) {
  const { key, value, outcome, at, sizeBytes } = letter;
  const rows: KeyValue[] = [
    { name: 'key', value: <ValueText value={key.value} limit={1_000} /> },
    ...value.failures.map(({ format, reason }) => ({
      name: `not ${format}`,
      value: <span className="text-warn">{reason}</span>,
    })),
    { name: 'set aside', value: formatTimestamp(BigInt(at)) },
    { name: 'size', value: formatBytes(sizeBytes) },
    ...(outcome.to === null ? [] : [{ name: 'redriven to', value: <PlaceLink place={outcome.to} /> }]),
  ];
  return (
    <div className="max-h-[35%] shrink-0 overflow-auto border-line border-t">
      <KeyValues rows={rows} />
    </div>
  );
}
