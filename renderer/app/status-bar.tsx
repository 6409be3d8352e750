/** The last line of the window: the connection, the sandbox's servers, and what all our processes take. */
import type { SandboxStatus } from '#core/contract/live.ts';
import { useConnection } from '../api/connection.ts';
import { useProcesses, useSandbox } from '../api/live.ts';
import { formatBytes, plural } from '../lib/format.ts';
import { Dot, type Tone } from '../ui/chip.tsx';
import { toneOf } from '../ui/state.tsx';

export function StatusBar() {
  const { phase } = useConnection();
  const sandbox = useSandbox();
  const isConnected = phase === 'open';
  return (
    <footer className="flex h-(--status-bar) shrink-0 items-center gap-4 overflow-hidden whitespace-nowrap border-line border-t px-3 text-muted text-small">
      <Item tone={isConnected ? 'ok' : phase === 'connecting' ? 'accent' : 'bad'}>
        {isConnected ? 'connected' : phase === 'connecting' ? 'connecting' : 'not connected'}
      </Item>
      {sandbox !== undefined && isConnected && <Servers sandbox={sandbox} />}
      <div className="ml-auto flex gap-4">
        <Memory />
      </div>
    </footer>
  );
}

function Servers({ sandbox }: { readonly sandbox: SandboxStatus }) {
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

function Memory() {
  const processes = useProcesses().filter(({ pid }) => pid !== null);
  const bytes = processes.reduce((sum, { residentBytes }) => sum + (residentBytes ?? 0), 0);
  if (processes.length === 0) return null;
  return (
    <>
      <span>{plural(processes.length, 'process', 'processes')}</span>
      <span className="figures min-w-14 text-right">{formatBytes(bytes)}</span>
    </>
  );
}

const withoutScheme = (address: string): string => address.replace(/^\w+:\/\//, '').replace(/\/$/, '');
const hostOf = (address: string): string =>
  withoutScheme(address)
    .replace(/^[^@]*@/, '')
    .replace(/\/.*$/, '');
