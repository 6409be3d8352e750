/** Redrives several dead letters as they are, after a look at what goes where; with progress, and a way to stop. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Send } from 'lucide-react';
import { useRef, useState } from 'react';
import type { DeadLetter, RedrivePlan, RedriveProgress } from '#core/contract/dead-letter.ts';
import { queries } from '../../api/client.ts';
import { formatBytes, formatCount, plural } from '../../lib/format.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { FailurePanel, LoadingRows } from '../../ui/states.tsx';
import { longPlace } from './letter-text.tsx';
import { redriveLetters } from './redrive.ts';
import { lettersChanged } from './use-letters.ts';

interface RedriveDialogProps {
  readonly pipeline: string;
  readonly letters: readonly DeadLetter[];
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Of one go: what a person can look over. */
const mostLetters = 1_000;

export function RedriveDialog(props: RedriveDialogProps) {
  return props.isOpen ? <OpenDialog {...props} /> : null;
}

function OpenDialog({ pipeline, letters, onClose }: RedriveDialogProps) {
  const queryClient = useQueryClient();
  // As they were when it opened: what is redriven leaves the list behind.
  const [items] = useState(() =>
    letters.slice(0, mostLetters).map(({ id }) => ({ id, change: { type: 'unchanged' as const } })),
  );
  const [progress, setProgress] = useState<RedriveProgress>();
  const stop = useRef(new AbortController());
  const preview = useQuery(
    queries.deadLetters.preview.queryOptions({
      input: { pipeline, letters: items },
      staleTime: Number.POSITIVE_INFINITY,
    }),
  );
  const redrive = useMutation({
    mutationFn: () => redriveLetters(pipeline, items, false, { onProgress: setProgress, signal: stop.current.signal }),
    onSettled: () => lettersChanged(queryClient),
  });
  const isDone = progress?.isDone === true;
  return (
    <Dialog
      title={`Redrive ${plural(items.length, 'dead letter')} as ${items.length === 1 ? 'it is' : 'they are'}`}
      description="Each becomes a new record of its source topic, with its key and headers. For when the cause was elsewhere and is mended."
      width="wide"
      isOpen
      isKept={redrive.isPending}
      onClose={onClose}
      footer={
        redrive.isPending ? (
          <Button onClick={() => stop.current.abort()}>Stop after this one</Button>
        ) : isDone ? (
          <Button look="primary" onClick={onClose}>
            Close
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button look="primary" icon={Send} disabled={preview.data === undefined} onClick={() => redrive.mutate()}>
              Redrive {formatCount(items.length)}
            </Button>
          </>
        )
      }
    >
      <div className="flex flex-col gap-3">
        {preview.error !== null && <FailurePanel error={preview.error} title="The preview failed" />}
        {preview.data === undefined && preview.error === null && (
          <LoadingRows label="Looking at each letter" rows={4} />
        )}
        {progress !== undefined && <Progress progress={progress} />}
        {redrive.error !== null && <FailurePanel error={redrive.error} title="It stopped" />}
        {preview.data !== undefined && <Plans plans={preview.data} letters={letters} />}
      </div>
    </Dialog>
  );
}

function Progress({ progress: { sent, skipped, total } }: { readonly progress: RedriveProgress }) {
  const done = sent.length + skipped.length;
  return (
    <div>
      <progress value={done} max={total} aria-label="Redriven" className="w-full accent-accent" />
      <p role="status" className="figures text-muted">
        {formatCount(sent.length)} of {formatCount(total)} redriven
        {skipped.length > 0 && `, ${formatCount(skipped.length)} skipped: ${skipped[0]?.reason}`}
      </p>
    </div>
  );
}

interface PlansProps {
  readonly plans: readonly RedrivePlan[];
  readonly letters: readonly DeadLetter[];
}

function Plans({ plans, letters }: PlansProps) {
  const bad = plans.filter(({ problem }) => problem !== null).length;
  const sources = new Map(letters.map(({ id, source }) => [id, source]));
  return (
    <>
      {bad > 0 && (
        <p className="text-warn">
          {plural(bad, 'letter')} would be set aside again: mend {bad === 1 ? 'it' : 'them'} one by one instead.
        </p>
      )}
      <ul className="max-h-72 overflow-y-auto rounded-control border border-line">
        {plans.map(({ id, topic, partition, sizeBytes, problem }) => {
          const source = sources.get(id);
          return (
            <li key={id} className="flex min-h-row items-center gap-3 border-line/55 border-b px-3 last:border-b-0">
              <span className="data shrink-0">{source === undefined ? id : longPlace(source)}</span>
              <span className="shrink-0 text-muted">
                → {topic}, partition {formatCount(partition)}, {formatBytes(sizeBytes)}
              </span>
              <span
                className={`min-w-0 flex-1 truncate ${problem === null ? 'text-ok' : 'text-warn'}`}
                title={problem?.message}
              >
                {problem === null ? 'can be read' : problem.message}
              </span>
            </li>
          );
        })}
      </ul>
    </>
  );
}
