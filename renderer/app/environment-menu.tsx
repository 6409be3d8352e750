/** The connection in use, with its environment's colour: production can't be overlooked. A click lists the others. */
import { Menu } from '@base-ui/react/menu';
import { Check, ChevronsUpDown, Lock, LockOpen, Settings2 } from 'lucide-react';
import { useState } from 'react';
import type { ConnectionSummary } from '#core/contract/connection.ts';
import { useConnections } from '../api/connections.ts';
import { useSandbox } from '../api/live.ts';
import { classes } from '../lib/classes.ts';
import { navigate } from '../lib/location.ts';
import { Dot, type Tone } from '../ui/chip.tsx';
import { accessText, EnvironmentDot, environmentTone } from '../ui/environment.tsx';
import { Keys } from '../ui/keys.tsx';
import { menuClass, menuItemClass } from '../ui/menu.tsx';
import { toneOf } from '../ui/state.tsx';
import { attempt } from '../ui/toast.ts';
import { UnlockDialog } from '../ui/unlock-dialog.tsx';
import { aboutConnection, useConnectionActions } from '../ui/use-connection-actions.ts';

export function EnvironmentMenu() {
  const { data } = useConnections();
  const sandbox = useSandbox();
  const [isUnlocking, setIsUnlocking] = useState(false);
  if (data === undefined) return null;
  const current = data.connections.find(({ name }) => name === data.current);
  const isProduction = current?.environment === 'production';
  const state = current?.isBuiltIn === true ? sandbox?.state : undefined;
  const tone: Tone =
    current === undefined || current.fault !== null
      ? 'bad'
      : state === undefined
        ? environmentTone(current.environment)
        : toneOf(state);
  return (
    <>
      {isProduction && <div aria-hidden className="fixed inset-x-0 top-0 z-30 h-[3px] bg-bad" />}
      <Menu.Root modal={false}>
        <Menu.Trigger
          className={classes(
            'flex h-[24px] min-w-0 shrink-0 items-center gap-1.5 rounded-full border px-2 text-data',
            looks[isProduction ? 'production' : tone],
          )}
        >
          <span className="sr-only">Connection</span>
          <Dot tone={tone} />
          <span className="max-w-[24ch] truncate">{data.current}</span>
          <Facts current={current} state={state} />
          <ChevronsUpDown size={12} aria-hidden className="shrink-0" />
        </Menu.Trigger>
        <Menu.Portal>
          <Menu.Positioner sideOffset={4} align="start" className="z-50">
            <Menu.Popup className={`${menuClass} min-w-72`}>
              <Choices connections={data.connections} current={data.current} />
              <Menu.Separator className="-mx-1 my-1 h-px bg-line" />
              {current !== undefined && <Access current={current} onUnlock={() => setIsUnlocking(true)} />}
              <Menu.Item className={menuItemClass} onClick={() => navigate('connections')}>
                <Settings2 size={14} aria-hidden className="text-muted" />
                <span className="flex-1">Connections</span>
                <Keys keys={['g', 'c']} />
              </Menu.Item>
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
      <UnlockDialog name={data.current} isOpen={isUnlocking} onClose={() => setIsUnlocking(false)} />
    </>
  );
}

/** Production is filled, all others are outlined. */
const looks: Readonly<Record<Tone | 'production', string>> = {
  plain: 'border-line-strong text-muted',
  accent: 'border-accent-line text-accent',
  ok: 'border-ok/45 bg-ok-tint text-ok',
  warn: 'border-warn/45 bg-warn-tint text-warn',
  bad: 'border-bad/45 bg-bad-tint text-bad',
  faint: 'border-line-strong text-faint',
  production: 'border-transparent bg-bad font-medium text-surface',
};

interface FactsProps {
  readonly current: ConnectionSummary | undefined;
  readonly state: string | undefined;
}

function Facts({ current, state }: FactsProps) {
  if (current === undefined) return <span>is not there</span>;
  if (current.isBuiltIn) return state === undefined || state === 'running' ? null : <span>{state}</span>;
  const access = accessText(current);
  return (
    <span className="hidden whitespace-nowrap min-[900px]:inline">
      {current.environment}
      {access !== undefined && ` · ${access}`}
    </span>
  );
}

interface ChoicesProps {
  readonly connections: readonly ConnectionSummary[];
  readonly current: string;
}

function Choices({ connections, current }: ChoicesProps) {
  const { use } = useConnectionActions();
  const choose = (name: string): void => {
    if (name !== current) void attempt('connection', `${name} was not chosen`, () => use(name, current));
  };
  return (
    <Menu.RadioGroup value={current} onValueChange={choose}>
      {connections.map(({ name, environment, fault }) => (
        <Menu.RadioItem key={name} value={name} closeOnClick disabled={fault !== null} className={menuItemClass}>
          <EnvironmentDot environment={environment} />
          <span className="min-w-0 flex-1 truncate">{name}</span>
          <span className="text-data text-muted">{fault === null ? environment : 'can’t be used'}</span>
          <span aria-hidden className="w-3.5 shrink-0 text-accent">
            <Menu.RadioItemIndicator>
              <Check size={14} />
            </Menu.RadioItemIndicator>
          </span>
        </Menu.RadioItem>
      ))}
    </Menu.RadioGroup>
  );
}

interface AccessProps {
  readonly current: ConnectionSummary;
  readonly onUnlock: () => void;
}

function Access({ current: { name, readOnly, unlockedUntil }, onUnlock }: AccessProps) {
  const { lock } = useConnectionActions();
  if (!readOnly) return null;
  const lockNow = (): void => void attempt(aboutConnection(name), `${name} was not locked`, () => lock(name));
  return unlockedUntil === null ? (
    <Menu.Item className={menuItemClass} onClick={onUnlock}>
      <LockOpen size={14} aria-hidden className="text-muted" />
      Unlock writes for some minutes…
    </Menu.Item>
  ) : (
    <Menu.Item className={menuItemClass} onClick={lockNow}>
      <Lock size={14} aria-hidden className="text-muted" />
      Lock again now
    </Menu.Item>
  );
}
