/** What stands where topics or records will: what is waited for, which may be the sandbox that is still starting. */
import { useCurrentConnection } from '../../api/connections.ts';
import { useSandbox } from '../../api/live.ts';
import { SandboxFailure } from '../../ui/sandbox-failure.tsx';
import { LoadingRows } from '../../ui/states.tsx';

interface KafkaWaitProps {
  readonly label: string;
  readonly rows?: number;
}

export function KafkaWait({ label, rows = 12 }: KafkaWaitProps) {
  const isSandbox = useCurrentConnection()?.isBuiltIn ?? true;
  const sandbox = useSandbox();
  const state = isSandbox ? sandbox?.state : undefined;
  if (state === 'restarting') {
    return (
      <div className="px-4 py-3">
        <SandboxFailure />
      </div>
    );
  }
  return (
    <LoadingRows
      label={state === 'starting' ? `${label} once Kafka is up: the sandbox is starting` : label}
      rows={rows}
    />
  );
}
