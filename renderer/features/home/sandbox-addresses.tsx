/** Where the sandbox's servers listen, to connect a client of one's own. */
import type { SandboxStatus } from '#core/contract/live.ts';
import { formatBytes } from '../../lib/format.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { SandboxFailure } from '../../ui/sandbox-failure.tsx';
import { Section } from '../../ui/section.tsx';
import { StateChip } from '../../ui/state.tsx';

export function SandboxAddresses({ sandbox }: { readonly sandbox: SandboxStatus }) {
  const { state, kafka, registry, postgres, dataDir, diskBytes } = sandbox;
  const rows = [
    { name: 'Kafka', value: kafka },
    { name: 'Schema Registry', value: registry },
    { name: 'PostgreSQL', value: postgres },
    { name: 'Data', value: dataDir, note: diskBytes === null ? undefined : formatBytes(diskBytes) },
  ];
  return (
    <Section title="Sandbox" aside={<StateChip state={state} announce />}>
      {state === 'restarting' && (
        <div className="mb-2">
          <SandboxFailure />
        </div>
      )}
      <dl>
        {rows.map(({ name, value, note }) => (
          <div key={name} className="flex h-row items-center gap-2 border-line/55 border-b last:border-b-0">
            <dt className="w-28 shrink-0 text-muted">{name}</dt>
            <dd className="flex min-w-0 flex-1 items-center gap-2">
              <span className="data min-w-0 flex-1 truncate" title={value ?? undefined}>
                {value ?? <span className="text-faint">{waiting[state]}</span>}
              </span>
              {note !== undefined && <span className="figures shrink-0 text-muted">{note}</span>}
              {value !== null && <CopyButton label={`Copy ${name}`} text={() => value} />}
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

const waiting: Readonly<Record<SandboxStatus['state'], string>> = {
  off: 'off',
  starting: 'starting',
  running: 'not told',
  restarting: 'not reachable',
};
