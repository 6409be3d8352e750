/** Why the sandbox is not there: what its process said when it ended the last time. */
import { useProcesses } from '../api/live.ts';
import { FailurePanel } from './states.tsx';

export function SandboxFailure() {
  const process = useProcesses().find(({ name }) => name === 'sandbox');
  const reason = process?.lastCrash?.reason ?? 'its process ended without a reason';
  return (
    <FailurePanel
      title="Kafka, Schema Registry and PostgreSQL are not running: the sandbox ended"
      tone="warn"
      error={{
        code: 'PROCESS_CRASHED',
        message: reason,
        object: 'sandbox',
        nextStep: 'It is started again by itself, until it stays. Should it end again, remove the cause.',
        retryable: true,
      }}
    />
  );
}
