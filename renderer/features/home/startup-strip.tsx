/** From the start of the program to the first row: what is starting now, and afterwards how long each step took. */
import { Check } from 'lucide-react';
import { Fragment } from 'react';
import { usePipelines, useProcesses, useSandbox, useStartup } from '../../api/live.ts';
import { classes } from '../../lib/classes.ts';
import { useNow } from '../../lib/now.ts';
import { Dot } from '../../ui/chip.tsx';

interface Step {
  readonly title: string;
  readonly doing: string;
  readonly ms: number | null;
}

export function StartupStrip() {
  const startup = useStartup();
  const sandbox = useSandbox();
  const pipelines = usePipelines();
  if (startup === undefined || sandbox === undefined || sandbox.state === 'off') return null;
  const steps: readonly Step[] = [
    { title: 'Host', doing: 'The host starts', ms: startup.hostReadyMs },
    { title: 'Sandbox', doing: 'Kafka, Schema Registry and PostgreSQL start', ms: startup.sandboxReadyMs },
    { title: 'First row', doing: 'Waiting for the first row in Postgres', ms: startup.firstRowMs },
  ];
  const now = steps.findIndex(({ ms }) => ms === null);
  const isStuck =
    sandbox.state === 'restarting' || pipelines.every(({ state }) => state === 'failed' || state === 'stopped');
  return (
    <ol aria-label="Start-up" className="flex items-center gap-2 whitespace-nowrap text-data">
      {steps.map((step, index) => (
        <Fragment key={step.title}>
          {index > 0 && <li aria-hidden className="h-px w-4 bg-line-strong" />}
          <StepItem step={step} isNow={index === now && !isStuck} />
        </Fragment>
      ))}
    </ol>
  );
}

function StepItem({ step: { title, doing, ms }, isNow }: { readonly step: Step; readonly isNow: boolean }) {
  if (ms !== null) {
    return (
      <li className="flex items-center gap-1.5 text-muted">
        <Check size={13} aria-hidden className="text-ok" />
        {title} <span className="figures text-text">{seconds(ms)}</span>
      </li>
    );
  }
  return (
    <li className={classes('flex items-center gap-1.5', isNow ? 'text-text' : 'text-faint')}>
      {isNow && (
        <span className="text-accent">
          <Dot tone="accent" />
        </span>
      )}
      {isNow ? doing : title}
      {isNow && <Elapsed />}
    </li>
  );
}

/** Since the main process began. */
function Elapsed() {
  const now = useNow(200);
  const startedAt = useProcesses().find(({ name }) => name === 'main')?.startedAt ?? null;
  return startedAt === null ? null : (
    <span className="figures text-muted">{seconds(Math.max(0, now - startedAt))}</span>
  );
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
