/** What the sandbox runs, how a client of one's own reaches it, what it holds and what that takes. */
import { useQueryClient } from '@tanstack/react-query';
import { Plus, PowerOff, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import type { SandboxStatus } from '#core/contract/live.ts';
import { client, queries } from '../../api/client.ts';
import { useCurrentConnection } from '../../api/connections.ts';
import { useHasSnapshot, useSandbox } from '../../api/live.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { SandboxFailure } from '../../ui/sandbox-failure.tsx';
import { StateChip } from '../../ui/state.tsx';
import { EmptyState, LoadingRows } from '../../ui/states.tsx';
import { say } from '../../ui/toast.ts';
import { AddTopicDialog } from './add-topic-dialog.tsx';
import { ClientSettingsPanel } from './client-settings-panel.tsx';
import { NotInUse } from './not-in-use.tsx';
import { SandboxLog } from './sandbox-log.tsx';
import { SandboxTopics } from './sandbox-topics.tsx';
import { Servers } from './servers.tsx';

export function SandboxPage() {
  const hasSnapshot = useHasSnapshot();
  const sandbox = useSandbox();
  return (
    <PageFrame
      title="Sandbox"
      chips={sandbox !== undefined && <StateChip state={sandbox.state} announce />}
      actions={sandbox !== undefined && sandbox.state !== 'off' && <Actions isRunning={sandbox.state === 'running'} />}
    >
      {hasSnapshot && sandbox !== undefined ? (
        <Overview sandbox={sandbox} />
      ) : (
        <LoadingRows label="Connecting to the workbench" />
      )}
    </PageFrame>
  );
}

function Actions({ isRunning }: { readonly isRunning: boolean }) {
  const [open, setOpen] = useState<'topic' | 'reset'>();
  const known = useQueryClient();
  const close = (): void => setOpen(undefined);
  const refresh = () => known.invalidateQueries({ queryKey: queries.topics.list.key() });
  const reset = async (): Promise<void> => {
    await client.sandbox.reset();
    say({ about: 'sandbox', title: 'The sandbox is reset and runs again' });
    await known.invalidateQueries();
  };
  return (
    <>
      <Button icon={Plus} disabled={!isRunning} onClick={() => setOpen('topic')}>
        Add topic
      </Button>
      <Button icon={RotateCcw} onClick={() => setOpen('reset')}>
        Reset
      </Button>
      <AddTopicDialog isOpen={open === 'topic'} onClose={close} onAdded={() => void refresh()} />
      <ConfirmDialog
        title="Reset the sandbox?"
        verb="Reset sandbox"
        typed="sandbox"
        isOpen={open === 'reset'}
        onClose={close}
        onConfirm={reset}
      >
        All its topics with their records, all schemas and all PostgreSQL tables are deleted for good. Pipelines that
        run on it stop, and begin anew with the sample data. Addresses and the password stay.
      </ConfirmDialog>
    </>
  );
}

function Overview({ sandbox }: { readonly sandbox: SandboxStatus }) {
  const { state, kafka, registry } = sandbox;
  const isInUse = useCurrentConnection()?.isBuiltIn ?? true;
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
      {state === 'restarting' && (
        <div className="px-4 pt-3">
          <SandboxFailure />
        </div>
      )}
      <div className="flex flex-col divide-line @4xl:h-full @4xl:flex-row @4xl:divide-x">
        <div className="min-w-0 flex-1 divide-y divide-line @4xl:overflow-y-auto">
          <Servers sandbox={sandbox} />
          {kafka !== null && (isInUse ? <SandboxTopics /> : <NotInUse />)}
        </div>
        <div className="flex min-w-0 flex-1 flex-col divide-y divide-line max-@4xl:border-line max-@4xl:border-t">
          {kafka !== null && <ClientSettingsPanel addresses={{ kafka, registry }} />}
          <SandboxLog />
        </div>
      </div>
    </div>
  );
}
