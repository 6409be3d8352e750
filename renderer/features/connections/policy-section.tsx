/** What this machine allows on a saved connection: whether it may be written to, until when, and the limits of topics and speed. */
import { Lock, LockOpen } from 'lucide-react';
import { useState } from 'react';
import type { ConnectionSummary } from '#core/contract/connection.ts';
import type { Policy } from '#core/contract/policy.ts';
import { client } from '../../api/client.ts';
import { formatDuration } from '../../lib/format.ts';
import { useNow } from '../../lib/now.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Section } from '../../ui/section.tsx';
import { attempt, say } from '../../ui/toast.ts';
import { UnlockDialog } from '../../ui/unlock-dialog.tsx';
import { aboutConnection, useConnectionActions } from '../../ui/use-connection-actions.ts';
import { PolicyLimits } from './policy-limits.tsx';

export function PolicySection({ summary }: { readonly summary: ConnectionSummary }) {
  const { name, policy } = summary;
  return (
    <Section title="On this machine">
      <p className="mb-3 text-muted">Kept outside the workspace: a commit that is pulled can’t loosen it.</p>
      <Writes summary={summary} />
      <PolicyLimits key={JSON.stringify(policy)} name={name} policy={policy} />
    </Section>
  );
}

function Writes({ summary }: { readonly summary: ConnectionSummary }) {
  const { name, readOnly, saysReadOnly, unlockedUntil, policy } = summary;
  const { lock } = useConnectionActions();
  const [asks, setAsks] = useState<'unlock' | 'agree'>();
  const change = useReadOnly(name, policy);
  const lockNow = (): void => void attempt(aboutConnection(name), `${name} was not locked`, () => lock(name));
  const keepReadOnly = (): void =>
    void attempt(aboutConnection(name), `${name} still takes writes`, () => change(true, 'is read-only here'));
  const isLoosened = readOnly && !saysReadOnly;
  return (
    <div className="mb-4 rounded-control border border-line-strong px-3 py-2.5">
      <p role="status" className="flex items-start gap-2 font-medium">
        {readOnly && unlockedUntil === null ? (
          <Lock size={15} aria-hidden className="mt-0.5 shrink-0 text-muted" />
        ) : (
          <LockOpen size={15} aria-hidden className="mt-0.5 shrink-0 text-warn" />
        )}
        {!readOnly ? 'Takes writes' : unlockedUntil === null ? 'Read-only' : <Countdown until={unlockedUntil} />}
      </p>
      {isLoosened && (
        <p className="mt-1 text-warn">The workspace says writable; here it stays read-only until you agree.</p>
      )}
      <div className="mt-2 flex flex-wrap gap-2 empty:hidden">
        {readOnly && unlockedUntil === null && (
          <Button onClick={() => setAsks('unlock')}>Unlock for some minutes</Button>
        )}
        {readOnly && unlockedUntil !== null && <Button onClick={lockNow}>Lock again now</Button>}
        {isLoosened && <Button onClick={() => setAsks('agree')}>Agree to writes</Button>}
        {!readOnly && <Button onClick={keepReadOnly}>Make it read-only here</Button>}
      </div>
      <UnlockDialog name={name} isOpen={asks === 'unlock'} onClose={() => setAsks(undefined)} />
      <ConfirmDialog
        title={`Agree to writes on ${name}?`}
        verb={`Agree to writes on ${name}`}
        typed={name}
        isOpen={asks === 'agree'}
        onClose={() => setAsks(undefined)}
        onConfirm={() => change(false, 'takes writes now')}
      >
        Its file in the workspace no longer says that it is read-only. From now on everything here may write to its
        Kafka, without an unlock.
      </ConfirmDialog>
    </div>
  );
}

function Countdown({ until }: { readonly until: number }) {
  return <span className="figures">Unlocked, {formatDuration(until - useNow())} left</span>;
}

function useReadOnly(name: string, policy: Policy): (readOnly: boolean, told: string) => Promise<void> {
  const { refresh } = useConnectionActions();
  return async (readOnly, told) => {
    await client.connections.setPolicy({ name, ...policy, readOnly });
    await refresh();
    say({ about: aboutConnection(name), title: `${name} ${told}` });
  };
}
