/** What the sandbox runs, how a client of one's own reaches it, what it holds and what that takes. */
import { PowerOff } from 'lucide-react';
import type { SandboxStatus } from '#core/contract/live.ts';
import { useHasSnapshot, useSandbox } from '../../api/live.ts';
import { PageFrame } from '../../ui/page-frame.tsx';
import { SandboxFailure } from '../../ui/sandbox-failure.tsx';
import { StateChip } from '../../ui/state.tsx';
import { EmptyState, LoadingRows } from '../../ui/states.tsx';
import { ClientSettingsPanel } from './client-settings-panel.tsx';
import { SandboxTopics } from './sandbox-topics.tsx';
import { Servers } from './servers.tsx';

export function SandboxPage() {
  const hasSnapshot = useHasSnapshot();
  const sandbox = useSandbox();
  return (
    <PageFrame title="Sandbox" chips={sandbox !== undefined && <StateChip state={sandbox.state} announce />}>
      {hasSnapshot && sandbox !== undefined ? (
        <Overview sandbox={sandbox} />
      ) : (
        <LoadingRows label="Connecting to the workbench" />
      )}
    </PageFrame>
  );
}

function Overview({ sandbox }: { readonly sandbox: SandboxStatus }) {
  const { state, kafka, registry } = sandbox;
  if (state === 'off') {
    return (
      <EmptyState icon={PowerOff} title="The sandbox is off">
        Kafka, Schema Registry and PostgreSQL on this machine, real enough for unchanged clients. They start with{' '}
        <code className="data">mercury start</code>.
      </EmptyState>
    );
  }
  return (
    <div className="@container h-full overflow-y-auto">
      {state === 'failed' && (
        <div className="px-4 pt-3">
          <SandboxFailure />
        </div>
      )}
      <div className="flex flex-col divide-line @4xl:min-h-full @4xl:flex-row @4xl:divide-x">
        <div className="min-w-0 flex-1 divide-y divide-line">
          <Servers sandbox={sandbox} />
          {kafka !== null && <SandboxTopics />}
        </div>
        <div className="min-w-0 flex-1 max-@4xl:border-line max-@4xl:border-t">
          {kafka !== null && <ClientSettingsPanel addresses={{ kafka, registry }} />}
        </div>
      </div>
    </div>
  );
}
