/** The three servers: state, address to copy, and what their process and their data take. */

import { useQuery } from '@tanstack/react-query';
import type { SandboxStatus } from '#core/contract/live.ts';
import { queries } from '../../api/client.ts';
import { useProcesses } from '../../api/live.ts';
import { formatBytes, formatDuration } from '../../lib/format.ts';
import { useNow } from '../../lib/now.ts';
import { Dot, type Tone } from '../../ui/chip.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { KeyValues } from '../../ui/key-values.tsx';
import { Section } from '../../ui/section.tsx';
import { toneOf } from '../../ui/state.tsx';

export function Servers({ sandbox }: { readonly sandbox: SandboxStatus }) {
  const { state, kafka, registry, postgres, dataDir } = sandbox;
  const servers = [
    { name: 'Kafka', what: 'bootstrap servers', address: kafka },
    { name: 'Schema Registry', what: 'for every serializer', address: registry },
    { name: 'PostgreSQL', what: 'sink tables', address: postgres },
  ];
  return (
    <>
      <Section title="Servers">
        <ul>
          {servers.map((server) => (
            <Server key={server.name} {...server} state={state} />
          ))}
        </ul>
      </Section>
      <Section title="What it takes">
        <div className="-mx-3.5">
          <KeyValues
            rows={[
              ...useDiskRows(state === 'running'),
              ...useProcessRows(),
              { name: 'folder', value: dataDir === null ? 'none' : <Folder path={dataDir} /> },
            ]}
          />
        </div>
      </Section>
    </>
  );
}

const diskEveryMs = 5_000;

interface ServerProps {
  readonly name: string;
  readonly what: string;
  readonly address: string | null;
  readonly state: SandboxStatus['state'];
}

const toneColors: Readonly<Partial<Record<Tone, string>>> = { ok: 'text-ok', bad: 'text-bad', accent: 'text-accent' };

function Server({ name, what, address, state }: ServerProps) {
  const tone = toneOf(state);
  return (
    <li className="flex h-10 items-center gap-2.5 border-line/55 border-b last:border-b-0">
      <span className={toneColors[tone] ?? 'text-faint'}>
        <Dot tone={tone} />
      </span>
      <span className="w-32 shrink-0">{name}</span>
      <span className="hidden w-44 shrink-0 truncate text-muted @2xl:block">{what}</span>
      <span className="data min-w-0 flex-1 truncate" title={address ?? undefined}>
        {address ?? <span className="text-faint">{state === 'starting' ? 'starting' : 'not reachable'}</span>}
      </span>
      {address !== null && <CopyButton label={`Copy the address of ${name}`} text={() => address} />}
    </li>
  );
}

function useDiskRows(isRunning: boolean) {
  const { data } = useQuery(
    queries.sandbox.disk.queryOptions({ enabled: isRunning, refetchInterval: diskEveryMs, retry: false }),
  );
  if (data === undefined) return [{ name: 'disk', value: 'not measured yet' }];
  const { broker, registry, postgres } = data;
  return [
    { name: 'disk', value: formatBytes(broker + registry + postgres) },
    { name: 'of it Kafka', value: formatBytes(broker) },
    { name: 'Registry', value: formatBytes(registry) },
    { name: 'PostgreSQL', value: formatBytes(postgres) },
  ];
}

function useProcessRows() {
  const process = useProcesses().find(({ name }) => name === 'sandbox');
  const now = useNow();
  if (process === undefined) return [];
  const { residentBytes, startedAt, restarts } = process;
  return [
    { name: 'memory', value: residentBytes === null ? 'none: its process does not run' : formatBytes(residentBytes) },
    { name: 'up for', value: startedAt === null ? 'not running' : formatDuration(now - startedAt) },
    ...(restarts > 0 ? [{ name: 'restarts', value: String(restarts) }] : []),
  ];
}

function Folder({ path }: { readonly path: string }) {
  return (
    <span className="flex items-start gap-1">
      <span className="wrap-anywhere min-w-0">{path}</span>
      <span className="-my-[3px]">
        <CopyButton label="Copy the folder" text={() => path} />
      </span>
    </span>
  );
}
