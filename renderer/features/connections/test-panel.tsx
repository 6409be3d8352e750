/** The test beside the form: each step as it goes, and for the first that fails the reason and what to do. */
import { Circle, CircleCheck, CircleDashed, CircleX, LoaderCircle, type LucideIcon, PlugZap } from 'lucide-react';
import type { LastTest, TestStep } from '#core/contract/connection.ts';
import { classes } from '../../lib/classes.ts';
import { formatDateTime, formatMilliseconds } from '../../lib/format.ts';
import { Button } from '../../ui/button.tsx';
import { FailurePanel } from '../../ui/states.tsx';
import type { ConnectionTest } from './use-connection-test.ts';

interface TestPanelProps {
  readonly test: ConnectionTest;
  /** Of the connection as it is saved. */
  readonly last: LastTest | undefined;
  readonly onStart: () => void;
  readonly disabled: boolean;
}

export function TestPanel({ test: { report, isRunning, cancel }, last, onStart, disabled }: TestPanelProps) {
  const failed = report?.steps.find(({ state }) => state === 'failed');
  const isCancelled = report !== undefined && !isRunning && !report.isDone;
  return (
    <section aria-labelledby="connection-test" className="px-4 py-3">
      <div className="mb-2 flex min-h-[26px] items-center gap-2">
        <h2 id="connection-test" className="font-semibold">
          Test
        </h2>
        <div className="ml-auto">
          {isRunning ? (
            <Button onClick={cancel}>Cancel</Button>
          ) : (
            <Button icon={PlugZap} onClick={onStart} disabled={disabled}>
              Test
            </Button>
          )}
        </div>
      </div>
      {report === undefined ? (
        <>
          {last !== undefined && <LastOutcome {...last} />}
          <p className="text-muted">
            Connects for real with what the form holds, saved or not, and says at which step it ends. Writes nothing.
          </p>
        </>
      ) : (
        <ol aria-label="Steps of the test">
          {report.steps.map((step) => (
            <Step key={step.id} step={step} />
          ))}
        </ol>
      )}
      <p role="status" className="mt-2 text-muted empty:hidden">
        {report?.isDone === true && failed === undefined && <span className="font-medium text-ok">It works.</span>}
        {isCancelled && 'Cancelled.'}
      </p>
      {failed?.error != null && (
        <div className="mt-2">
          <FailurePanel error={failed.error} title={`${failed.title}: failed`} />
        </div>
      )}
    </section>
  );
}

function LastOutcome({ at, error }: LastTest) {
  return (
    <p className="mb-2">
      {error === null ? <span className="text-ok">Worked</span> : <span className="text-bad">Failed</span>} on{' '}
      {formatDateTime(new Date(at)).slice(0, 16)}
      {error !== null && <span className="wrap-anywhere">: {error.message}</span>}
    </p>
  );
}

const icons: Readonly<Record<TestStep['state'], readonly [LucideIcon, string]>> = {
  waiting: [Circle, 'text-faint'],
  running: [LoaderCircle, 'spinning text-accent'],
  ok: [CircleCheck, 'text-ok'],
  failed: [CircleX, 'text-bad'],
  skipped: [CircleDashed, 'text-faint'],
};

function Step({ step: { title, state, detail, ms } }: { readonly step: TestStep }) {
  const [Icon, color] = icons[state];
  return (
    <li className="flex items-start gap-2.5 border-line/55 border-b py-1.5 last:border-b-0">
      <Icon size={15} role="img" aria-label={state} className={classes('mt-0.5 shrink-0', color)} />
      <div className="min-w-0 flex-1">
        <p className={state === 'waiting' || state === 'skipped' ? 'text-faint' : ''}>
          {title}
          {state === 'skipped' && <span className="ml-2">not used here</span>}
        </p>
        {detail !== null && <p className="data wrap-anywhere text-muted">{detail}</p>}
      </div>
      {ms !== null && <span className="figures shrink-0 text-data text-faint">{formatMilliseconds(ms)}</span>}
    </li>
  );
}
