/** A saved connection: what its file says, in a form; what this machine allows on it; with ways to use and remove it. */
import { useQuery } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { ConnectionSummary } from '#core/contract/connection.ts';
import { queries } from '../../api/client.ts';
import { useConnections } from '../../api/connections.ts';
import { navigate, toHref } from '../../lib/location.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Chip, Dot } from '../../ui/chip.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { accessText, environmentTone } from '../../ui/environment.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { FailurePanel, LoadingRows } from '../../ui/states.tsx';
import { attempt, say } from '../../ui/toast.ts';
import { aboutConnection, useConnectionActions } from '../../ui/use-connection-actions.ts';
import { ConnectionEditor } from './connection-editor.tsx';
import { toDraft } from './draft.ts';
import { PolicySection } from './policy-section.tsx';

export function EditConnection({ name }: { readonly name: string }) {
  const options = queries.connections.get.queryOptions({ input: { name }, staleTime: Number.POSITIVE_INFINITY });
  const { data, error } = useQuery(options);
  const all = useConnections().data;
  const { refresh } = useConnectionActions();
  const summary = all?.connections.find((one) => one.name === name);
  if (data?.definition == null) {
    const failure = data?.fault ?? error;
    return (
      <PageFrame
        title={name}
        parent={{ title: 'Connections', href: toHref('connections') }}
        actions={summary !== undefined && !summary.isBuiltIn && <RemoveButton name={name} />}
      >
        {failure === null ? (
          <LoadingRows label="Reading the connection" />
        ) : (
          <div className="px-4 py-3">
            <FailurePanel error={failure} title={`${name} can’t be used`} />
          </div>
        )}
      </PageFrame>
    );
  }
  const isSet = (secret: string): boolean => data.secrets.some((one) => one.name === secret && one.isSet);
  return (
    <ConnectionEditor
      // What was saved is read again: the form begins anew with it.
      key={JSON.stringify([data.definition, data.secrets])}
      title={name}
      initial={toDraft(data.definition, isSet)}
      isNew={false}
      disabled={data.fault !== null}
      secrets={all?.secrets}
      lastTest={summary?.lastTest ?? undefined}
      chips={summary !== undefined && <Chips summary={summary} isCurrent={all?.current === name} />}
      actions={summary !== undefined && <Actions summary={summary} current={all?.current ?? ''} />}
      above={
        data.fault !== null && (
          <div className="px-4 pt-3">
            <FailurePanel error={data.fault} title="It can only be looked at" tone="warn" />
          </div>
        )
      }
      below={summary !== undefined && <PolicySection summary={summary} />}
      onSaved={async () => {
        await refresh();
        say({ about: aboutConnection(name), title: `${name} saved` });
      }}
    />
  );
}

function Chips({ summary, isCurrent }: { readonly summary: ConnectionSummary; readonly isCurrent: boolean }) {
  const access = accessText(summary);
  const tone = environmentTone(summary.environment);
  return (
    <>
      <Chip tone={tone}>
        <Dot tone={tone} />
        {summary.environment}
      </Chip>
      {access !== undefined && <Chip tone={summary.unlockedUntil === null ? 'plain' : 'warn'}>{access}</Chip>}
      {isCurrent && <Chip tone="accent">in use</Chip>}
    </>
  );
}

function Actions({ summary, current }: { readonly summary: ConnectionSummary; readonly current: string }) {
  const { name, fault } = summary;
  const { use } = useConnectionActions();
  const switchToIt = (): void => void attempt('connection', `${name} was not chosen`, () => use(name, current));
  return (
    <>
      <RemoveButton name={name} />
      {name !== current && fault === null && <Button onClick={switchToIt}>Use</Button>}
    </>
  );
}

function RemoveButton({ name }: { readonly name: string }) {
  const [isOpen, setIsOpen] = useState(false);
  const { remove } = useConnectionActions();
  return (
    <>
      <IconButton icon={Trash2} label={`Remove ${name}`} onClick={() => setIsOpen(true)} />
      <ConfirmDialog
        title={`Remove ${name}?`}
        verb={`Remove ${name}`}
        isOpen={isOpen}
        onClose={() => setIsOpen(false)}
        onConfirm={async () => {
          await remove(name);
          navigate('connections');
        }}
      >
        Its file connections/{name}.yaml and its secrets on this machine go. Topics and records stay as they are.
        Pipelines that name it stop at their next start.
      </ConfirmDialog>
    </>
  );
}
