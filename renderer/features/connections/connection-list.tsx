/** All connections: where each leads, what it may do there, and how its last test went. */
import { Cable, Plus } from 'lucide-react';
import { useState } from 'react';
import type { ConnectionSummary } from '#core/contract/connection.ts';
import { useConnections } from '../../api/connections.ts';
import { formatCount, formatDateTime } from '../../lib/format.ts';
import { navigate, toHref } from '../../lib/location.ts';
import { Button } from '../../ui/button.tsx';
import { Chip } from '../../ui/chip.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { accessText, EnvironmentWord } from '../../ui/environment.tsx';
import { ListBody } from '../../ui/list-body.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { RowLink } from '../../ui/row-link.tsx';
import { EmptyState, LoadingRows } from '../../ui/states.tsx';
import { attempt } from '../../ui/toast.ts';
import { useConnectionActions } from '../../ui/use-connection-actions.ts';
import { SecretsNotice } from './secrets-notice.tsx';

export function ConnectionList() {
  const { data, error, refetch } = useConnections();
  const isOnlySandbox = data?.connections.length === 1;
  return (
    <PageFrame
      title="Connections"
      chips={data !== undefined && <span className="figures text-muted">{formatCount(data.connections.length)}</span>}
      actions={data !== undefined && !isOnlySandbox && <NewButton />}
    >
      <ListBody
        error={data === undefined ? error : null}
        title="Reading the connections failed"
        onRetry={() => void refetch()}
        waiting={<LoadingRows label="Reading the connections" />}
        above={data && <SecretsNotice secrets={data.secrets} />}
      >
        {isOnlySandbox ? (
          <OnlySandbox />
        ) : (
          data && <Connections connections={data.connections} current={data.current} />
        )}
      </ListBody>
    </PageFrame>
  );
}

function NewButton() {
  return (
    <Button look="primary" icon={Plus} onClick={() => navigate('connections', 'new')}>
      New connection
    </Button>
  );
}

function OnlySandbox() {
  return (
    <EmptyState icon={Cable} title="Only the sandbox so far" action={<NewButton />}>
      A connection says where a Kafka cluster is and how to log in. It is a file of{' '}
      <code className="data">connections/</code> that a team commits; passwords stay on this machine. The quickest start
      is to paste a <code className="data">client.properties</code>.
    </EmptyState>
  );
}

interface ConnectionsProps {
  readonly connections: readonly ConnectionSummary[];
  readonly current: string;
}

function Connections({ connections, current }: ConnectionsProps) {
  const { use } = useConnectionActions();
  const [selected, setSelected] = useState<string>();
  const choose = (name: string): void => void attempt('connection', `${name} was not chosen`, () => use(name, current));
  return (
    <DataTable
      label="Connections"
      columns={columns(current, choose)}
      rows={connections}
      keyOf={({ name }) => name}
      isOdd={({ fault, missingSecrets }) => fault !== null || missingSecrets.length > 0}
      wide={{
        from: 1,
        cell: ({ fault }) =>
          fault === null ? undefined : <span className="text-bad">can’t be used: {fault.message}</span>,
      }}
      selected={selected}
      onSelect={(row) => setSelected(row?.name)}
      onOpen={({ name, isBuiltIn }) => (isBuiltIn ? navigate('sandbox') : navigate('connections', name))}
      opensOnClick
    />
  );
}

function columns(current: string, choose: (name: string) => void): readonly Column<ConnectionSummary>[] {
  return [
    {
      id: 'name',
      title: 'Name',
      width: 'minmax(190px, 1.2fr)',
      cell: (one) => <Name connection={one} isCurrent={one.name === current} />,
    },
    {
      id: 'environment',
      title: 'Environment',
      width: 130,
      cell: ({ environment }) => <EnvironmentWord environment={environment} />,
    },
    {
      id: 'brokers',
      title: 'Bootstrap servers',
      width: 'minmax(160px, 1.4fr)',
      cell: ({ brokers, isBuiltIn }) => (
        <span className="data">{isBuiltIn ? 'on this machine' : brokers.join(', ')}</span>
      ),
    },
    { id: 'security', title: 'Security', width: 120, cell: ({ security }) => security },
    {
      id: 'access',
      title: 'Writes',
      width: 150,
      cell: (one) => accessText(one) ?? <span className="text-muted">allowed</span>,
    },
    { id: 'test', title: 'Last test', width: 'minmax(140px, 1fr)', cell: (one) => <LastTest connection={one} /> },
    {
      id: 'use',
      title: '',
      width: 60,
      cell: ({ name }) =>
        name !== current && (
          <button
            type="button"
            tabIndex={-1}
            aria-label={`Use ${name}`}
            className="rounded-small px-1.5 text-accent hover:underline"
            onClick={(event) => {
              event.stopPropagation();
              choose(name);
            }}
          >
            Use
          </button>
        ),
    },
  ];
}

interface NameProps {
  readonly connection: ConnectionSummary;
  readonly isCurrent: boolean;
}

function Name({ connection: { name, title, isBuiltIn }, isCurrent }: NameProps) {
  return (
    <span className="flex items-center gap-2">
      <RowLink href={isBuiltIn ? toHref('sandbox') : toHref('connections', name)} className="shrink-0">
        {name}
      </RowLink>
      {isCurrent && <Chip tone="accent">in use</Chip>}
      <span className="truncate text-muted">{title}</span>
    </span>
  );
}

function LastTest({ connection: { lastTest, missingSecrets } }: { readonly connection: ConnectionSummary }) {
  if (missingSecrets.length > 0) return <span className="text-warn">a secret is missing</span>;
  if (lastTest === null) return <span className="text-faint">not tested yet</span>;
  const time = formatDateTime(new Date(lastTest.at)).slice(0, 16);
  return lastTest.error === null ? (
    <span className="text-ok">worked on {time}</span>
  ) : (
    <span className="text-bad" title={lastTest.error.message}>
      failed on {time}: {lastTest.error.message}
    </span>
  );
}
