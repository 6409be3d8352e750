/** Development, test, production: one colour and one shape each, everywhere; and what a connection lets one do. */
import type { ConnectionSummary, EnvironmentKind } from '#core/contract/connection.ts';
import { Dot, type Tone } from './chip.tsx';
import { shortTime } from './use-connection-actions.ts';

const tones: Readonly<Record<EnvironmentKind, Tone>> = { development: 'ok', test: 'warn', production: 'bad' };
const colors: Readonly<Record<EnvironmentKind, string>> = {
  development: 'text-ok',
  test: 'text-warn',
  production: 'text-bad',
};

export const environmentTone = (environment: EnvironmentKind): Tone => tones[environment];

export function EnvironmentDot({ environment }: { readonly environment: EnvironmentKind }) {
  return (
    <span className={`inline-flex items-center ${colors[environment]}`}>
      <Dot tone={tones[environment]} />
    </span>
  );
}

export function EnvironmentWord({ environment }: { readonly environment: EnvironmentKind }) {
  return (
    <span className="inline-flex items-center gap-2">
      <EnvironmentDot environment={environment} />
      {environment}
    </span>
  );
}

/** `read only`, `read only here` though its file says otherwise, `unlocked until 14:32`; undefined where writes need no unlock. */
export function accessText({ readOnly, saysReadOnly, unlockedUntil }: ConnectionSummary): string | undefined {
  if (!readOnly) return undefined;
  if (unlockedUntil === null) return saysReadOnly ? 'read only' : 'read only here';
  return `unlocked until ${shortTime(unlockedUntil)}`;
}
