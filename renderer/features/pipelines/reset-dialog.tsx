/**
 * Lets a stopped pipeline read from elsewhere: choose where, see for each partition what changes and what it means for the tables,
 * then do it. What loses rows or records wants the name typed.
 */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { PipelineStatus } from '#core/contract/pipeline.ts';
import type { ResetPreview, ResetTarget } from '#core/contract/reset.ts';
import { client, queries } from '../../api/client.ts';
import { useDebounced } from '../../lib/debounced.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { FailurePanel, LoadingRows } from '../../ui/states.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { say } from '../../ui/toast.ts';
import { ResetPreviewView } from './reset-preview.tsx';
import { ResetTargetFields, readTarget, type TargetDraft } from './reset-target.tsx';

interface ResetDialogProps {
  readonly pipeline: PipelineStatus;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

const settleMs = 300;
const down: ReadonlySet<PipelineStatus['state']> = new Set(['stopped', 'failed', 'finished']);

export function ResetDialog(props: ResetDialogProps) {
  return props.isOpen ? <OpenDialog {...props} /> : null;
}

function OpenDialog({ pipeline: { name, state }, onClose }: ResetDialogProps) {
  const queryClient = useQueryClient();
  const [draft, setDraft] = useState<TargetDraft>({ at: 'earliest', time: '', offsets: '' });
  const [empties, setEmpties] = useState(false);
  const [typed, setTyped] = useState('');
  const target = readTarget(draft);
  const request = useDebounced({ draft, empties }, settleMs);
  const settled = readTarget(request.draft);
  const isDown = down.has(state);
  const preview = useQuery({
    ...queries.pipelines.previewReset.queryOptions({
      input: { name, to: 'to' in settled ? settled.to : ({ at: 'earliest' } as ResetTarget), empties: request.empties },
    }),
    enabled: isDown && 'to' in settled,
    retry: false,
    gcTime: 0,
  });
  const reset = useMutation({
    mutationFn: async ({ seen, isDestructive }: ResetPreview) => {
      if (!('to' in settled)) return;
      const confirm = isDestructive ? { confirm: typed } : {};
      await client.pipelines.reset({ name, to: settled.to, empties: request.empties, seen, ...confirm });
    },
    onSuccess: async () => {
      say({ about: `reset ${name}`, title: `${name} was reset: Start reads from there` });
      await queryClient.invalidateQueries({ queryKey: queries.pipelines.key() });
      onClose();
    },
    // What it rests on may have changed: it is looked at again.
    onError: () => void preview.refetch(),
  });
  const plan = 'to' in target && isDown ? preview.data : undefined;
  const isConfirmed = plan?.isDestructive === false || typed === name;
  const canReset = plan !== undefined && !preview.isFetching && isConfirmed && !reset.isPending;
  return (
    <Dialog
      title={`Reset ${name}`}
      description="Its next run reads from where you say. Offsets and tables change together, and a run from before can write nothing more."
      width="wide"
      isOpen
      isKept={reset.isPending}
      onClose={onClose}
      onSubmit={() => canReset && reset.mutate(plan)}
      footer={
        <>
          <Button onClick={onClose} disabled={reset.isPending}>
            Cancel
          </Button>
          <Button type="submit" look={plan?.isDestructive === true ? 'danger' : 'primary'} disabled={!canReset}>
            Reset {name}
          </Button>
        </>
      }
    >
      {isDown ? (
        <div className="flex flex-col gap-3">
          <ResetTargetFields
            draft={draft}
            onChange={setDraft}
            error={'problem' in target ? target.problem : undefined}
          />
          <Checkbox
            label="Empty the tables and start over"
            hint="Removes every row of the sinks’ tables, whoever wrote it. Leave it off and rows of the same key are written over."
            checked={empties}
            onChange={setEmpties}
          />
          {preview.error !== null && <FailurePanel error={preview.error} title="The preview failed" />}
          {plan === undefined && preview.isFetching && <LoadingRows label="Looking at the sinks" rows={3} />}
          {plan !== undefined && <ResetPreviewView preview={plan} empties={request.empties} />}
          {plan?.isDestructive === true && (
            <TextField label={`Type ${name} to go on`} value={typed} onChange={setTyped} isMono />
          )}
          {reset.error !== null && <FailurePanel error={reset.error} title="Not reset" />}
        </div>
      ) : (
        <p>
          {name} is {state}. Stop it first: a run that writes would be fenced off and fail.
        </p>
      )}
    </Dialog>
  );
}
