/** A process that ended without being asked to: why, and what is done about it. */
import { TriangleAlert } from 'lucide-react';
import type { ProcessStatus } from '#core/contract/live.ts';
import { useNow } from '../lib/now.ts';

export function CrashLine({ process }: { readonly process: ProcessStatus }) {
  const { name, lastCrash } = process;
  const now = useNow(500);
  return (
    <p role="status" className="flex shrink-0 items-start gap-2 border-warn/40 border-b bg-warn-tint px-4 py-1.5 pr-10">
      <TriangleAlert size={15} aria-hidden className="mt-0.5 shrink-0 text-warn" />
      <span className="wrap-anywhere">
        <strong className="font-semibold">{name} ended</strong>
        {lastCrash !== null && `: ${withoutEnd(lastCrash.reason)}`}
        <span className="text-muted">{`, ${whatIsDone(process, now)}`}</span>
      </span>
    </p>
  );
}

/** `restarting in 2 s`. */
export function whatIsDone({ state, lastCrash }: ProcessStatus, now: number): string {
  if (state === 'running') return 'started again';
  const seconds = lastCrash === null ? 0 : Math.ceil((lastCrash.restartsAt - now) / 1_000);
  return seconds > 0 ? `restarting in ${seconds} s` : 'restarting';
}

/** A reason is a sentence of its own at times: what follows it is not. */
export const withoutEnd = (reason: string): string => reason.trim().replace(/[.!]+$/, '');
