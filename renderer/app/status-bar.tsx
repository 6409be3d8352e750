/** The last line of the window: the connection, the servers, the task that runs, the processes and what they take. */
import type { SandboxStatus } from '#core/contract/live.ts';
import { useConnection } from '../api/connection.ts';
import { useCurrentConnection } from '../api/connections.ts';
import { useProcesses, useSandbox } from '../api/live.ts';
import { formatBytes, plural } from '../lib/format.ts';
import { useNow } from '../lib/now.ts';
import { toggleRunDock } from '../lib/run-dock.ts';
import { Dot, type Tone } from '../ui/chip.tsx';
import { toneOf } from '../ui/state.tsx';
import { whatIsDone } from './crash-line.tsx';
import { TaskInBar } from './task-in-bar.tsx';

export function StatusBar() {
  const { phase } = useConnection();
  const isConnected = phase === 'open';
  return (
    <footer className="flex h-(--status-bar) shrink-0 items-center gap-4 overflow-hidden whitespace-nowrap border-line border-t px-3 text-muted text-small">
      <Item tone={isConnected ? 'ok' : phase === 'connecting' ? 'accent' : 'bad'}>
        {isConnected ? 'connected' : phase === 'connecting' ? 'connecting' : 'not connected'}
      </Item>
      {isConnected && <Servers />}
      <div className="ml-auto flex min-w-0 shrink-0 items-center gap-4">
        <TaskInBar />
        <Processes />
      </div>
    </footer>
  );
}

/** Of the connection in use: the sandbox's as they run, another one's as its file names them. */
function Servers() {
  const sandbox = useSandbox();
  const current = useCurrentConnection();
  if (current === undefined) return null;
  if (current.isBuiltIn) return sandbox === undefined ? null : <SandboxServers sandbox={sandbox} />;
  const [first = '', ...more] = current.brokers;
  return (
    <>
      <span>
        kafka {first}
        {more.length > 0 && ` and ${more.length} more`}
      </span>
      {current.registry !== null && <span>registry {withoutScheme(current.registry)}</span>}
    </>
  );
}

function SandboxServers({ sandbox }: { readonly sandbox: SandboxStatus }) {
  const { state, kafka, registry, postgres } = sandbox;
  if (state !== 'running') return state === 'off' ? null : <Item tone={toneOf(state)}>sandbox {state}</Item>;
  return (
    <>
      {kafka !== null && <Item tone="ok">kafka {kafka}</Item>}
      {registry !== null && <Item tone="ok">registry {withoutScheme(registry)}</Item>}
      {postgres !== null && <Item tone="ok">postgres {hostOf(postgres)}</Item>}
    </>
  );
}

function Item({ tone, children }: { readonly tone: Tone; readonly children: React.ReactNode }) {
  const color = tone === 'ok' ? 'text-ok' : tone === 'bad' ? 'text-bad' : 'text-accent';
  return (
    <span className="flex items-center gap-1.5">
      <span className={color}>
        <Dot tone={tone} />
      </span>
      {children}
    </span>
  );
}

/** One click from the reason: a process that is down is named, with what is done about it. */
function Processes() {
  const all = useProcesses();
  const running = all.filter(({ pid }) => pid !== null);
  const down = all.find(({ state }) => state === 'restarting');
  const now = useNow(500);
  const bytes = running.reduce((sum, { residentBytes }) => sum + (residentBytes ?? 0), 0);
  if (all.length === 0) return null;
  return (
    <button
      type="button"
      onClick={toggleRunDock}
      className="flex items-center gap-4 rounded-small px-1 hover:bg-raised hover:text-text"
    >
      <span className="sr-only">Show or hide what runs:</span>
      {down !== undefined && (
        <span className="text-warn">
          {down.name} {whatIsDone(down, now)}
        </span>
      )}
      <span>{plural(running.length, 'process', 'processes')}</span>
      <span className="figures min-w-14 text-right">{formatBytes(bytes)}</span>
    </button>
  );
}

const withoutScheme = (address: string): string => address.replace(/^\w+:\/\//, '').replace(/\/$/, '');
const hostOf = (address: string): string =>
  withoutScheme(address)
    .replace(/^[^@]*@/, '')
    .replace(/\/.*$/, '');
