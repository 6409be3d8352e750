/** The states of pipelines, processes and the sandbox as the user reads them: one word, one tone each, everywhere. */
import type { ProcessState, SandboxStatus } from '#core/contract/live.ts';
import type { PipelineState } from '#core/contract/pipeline.ts';
import { Chip, Dot, type Tone } from './chip.tsx';

export type AnyState = PipelineState | ProcessState | SandboxStatus['state'] | 'paused';

const tones: Readonly<Record<AnyState, Tone>> = {
  running: 'ok',
  finished: 'ok',
  starting: 'accent',
  waiting: 'accent',
  stopping: 'accent',
  retrying: 'warn',
  restarting: 'warn',
  paused: 'faint',
  stopped: 'faint',
  off: 'faint',
  failed: 'bad',
};

export const toneOf = (state: AnyState): Tone => tones[state];

/** `announce`: screen readers hear when it changes. One of them for each thing on a page. */
export function StateChip({ state, announce = false }: { readonly state: AnyState; readonly announce?: boolean }) {
  const chip = (
    <Chip tone={tones[state]}>
      <Dot tone={tones[state]} />
      {state}
    </Chip>
  );
  return announce ? <span aria-live="polite">{chip}</span> : chip;
}

/** In tables: no border, the word in the text's own colour. */
export function StateWord({ state }: { readonly state: AnyState }) {
  const tone = tones[state];
  const color = { ok: 'text-ok', warn: 'text-warn', bad: 'text-bad', accent: 'text-accent', faint: 'text-faint' };
  return (
    <span className="inline-flex items-center gap-2">
      <span className={tone === 'plain' ? '' : color[tone]}>
        <Dot tone={tone} />
      </span>
      {state}
    </span>
  );
}
