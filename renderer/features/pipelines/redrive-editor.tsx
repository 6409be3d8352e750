/** Mends one dead letter and sends it to its source topic again: the value to edit, and below what would be sent and whether it would pass. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Send } from 'lucide-react';
import { useState } from 'react';
import type { LetterChange, LetterDetail } from '#core/contract/dead-letter.ts';
import { queries } from '../../api/client.ts';
import { useDebounced } from '../../lib/debounced.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { FailurePanel } from '../../ui/states.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { say } from '../../ui/toast.ts';
import { longPlace, OutcomeText } from './letter-text.tsx';
import { redriveLetters } from './redrive.ts';
import { RedrivePlanView } from './redrive-plan.tsx';
import { lettersChanged } from './use-letters.ts';

interface RedriveEditorProps {
  readonly pipeline: string;
  readonly letter: LetterDetail;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

type Mode = LetterChange['type'];

const settleMs = 250;

export function RedriveEditor(props: RedriveEditorProps) {
  // Mounted with each opening: it begins with the letter as it is then.
  return props.isOpen ? <OpenEditor {...props} /> : null;
}

function OpenEditor({ pipeline, letter, onClose }: RedriveEditorProps) {
  const queryClient = useQueryClient();
  const { id, edit, outcome } = letter;
  const [mode, setMode] = useState<Mode>(edit === null ? 'unchanged' : 'json');
  const [json, setJson] = useState(edit?.json ?? '');
  const [hex, setHex] = useState(() => hexOf(letter));
  const change = changeOf(mode, json, hex, letter);
  const settled = useDebounced(change, settleMs);
  const preview = useQuery(
    queries.deadLetters.preview.queryOptions({
      input: { pipeline, letters: [{ id, change: settled }] },
      placeholderData: (last) => last,
    }),
  );
  const redrive = useMutation({
    mutationFn: () => redriveLetters(pipeline, [{ id, change }], outcome.state !== 'open'),
    onSuccess: async ({ sent }) => {
      const to = sent[0]?.to;
      if (to !== undefined) say({ about: `letter ${pipeline} ${id}`, title: `Redriven to ${longPlace(to)}` });
      await lettersChanged(queryClient);
      onClose();
    },
  });
  const plan = preview.data?.[0];
  const isCurrent = !preview.isFetching && JSON.stringify(change) === JSON.stringify(settled);
  const canSend = plan?.isSendable === true && isCurrent && !redrive.isPending;
  return (
    <Dialog
      title={`Fix dead letter ${id} and redrive it`}
      description={`It becomes a new record of ${letter.source.topic}, with its key and headers. The pipeline reads it as any other.`}
      width="wide"
      isOpen
      isKept={redrive.isPending}
      onClose={onClose}
      footer={
        <>
          {outcome.state !== 'open' && (
            <span className="mr-auto">
              <OutcomeText outcome={outcome} />
            </span>
          )}
          <Button onClick={onClose} disabled={redrive.isPending}>
            Cancel
          </Button>
          <Button look="primary" icon={Send} disabled={!canSend} onClick={() => redrive.mutate()}>
            {sendWords(outcome.state !== 'open', plan?.isSendable === true && plan.problem !== null)}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <Segmented label="How to change the value" options={modesOf(letter)} value={mode} onChange={setMode} />
        {mode === 'json' && (
          <TextField
            label={`Value as JSON, written by schema ${edit?.schemaId} of ${edit?.subject}`}
            hint={edit === null ? undefined : hints[edit.from]}
            value={json}
            onChange={setJson}
            lines={14}
            isMono
            autoFocus
          />
        )}
        {mode === 'hex' && <TextField label="Bytes in hex" value={hex} onChange={setHex} lines={14} isMono />}
        {mode === 'unchanged' && (
          <p className="text-muted">
            The bytes as they are{letter.editRefusal === null ? '.' : `. ${letter.editRefusal}`} For when the cause was
            elsewhere and is mended: a table, a schema, a right.
          </p>
        )}
        {preview.error !== null && <FailurePanel error={preview.error} title="The preview failed" />}
        {plan !== undefined && <RedrivePlanView plan={plan} />}
        {redrive.error !== null && <FailurePanel error={redrive.error} title="Not redriven" />}
      </div>
    </Dialog>
  );
}

const hints = {
  decoded: 'The value as it is. Numbers keep all their digits.',
  text: 'The record holds this JSON as text: written by the schema it becomes a record that the pipeline can read.',
  template: 'The value can’t be read: these are the schema’s fields, empty.',
} as const;

function sendWords(isAgain: boolean, comesBack: boolean): string {
  if (isAgain) return 'Redrive again';
  return comesBack ? 'Redrive all the same' : 'Redrive';
}

function modesOf({ edit, valueBytes }: LetterDetail) {
  return [
    ...(edit === null ? [] : [{ value: 'json' as const, label: 'JSON by the schema' }]),
    ...(valueBytes === null || isCut(valueBytes) ? [] : [{ value: 'hex' as const, label: 'Bytes' }]),
    { value: 'unchanged' as const, label: 'As it is' },
  ];
}

const isCut = ({ bytes, sizeBytes }: NonNullable<LetterDetail['valueBytes']>): boolean => bytes.length < sizeBytes;

function changeOf(mode: Mode, json: string, hex: string, { edit }: LetterDetail): LetterChange {
  if (mode === 'json' && edit !== null) return { type: 'json', text: json, schemaId: edit.schemaId };
  return mode === 'hex' ? { type: 'hex', text: hex } : { type: 'unchanged' };
}

/** Sixteen bytes a line. */
function hexOf({ valueBytes }: LetterDetail): string {
  const digits = Array.from(valueBytes?.bytes ?? [], (byte) => byte.toString(16).padStart(2, '0'));
  return Array.from({ length: Math.ceil(digits.length / 16) }, (_, line) =>
    digits.slice(16 * line, 16 * line + 16).join(' '),
  ).join('\n');
}
