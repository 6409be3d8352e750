/** How every fake method answers in each scenario. */
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkbenchError } from '#core/contract/errors.ts';
import type { FakeWorkbench } from './fake-workbench.ts';

const everyMs = 250;

/** Never in `loading`, an error in `error`. */
export async function answerable(
  workbench: FakeWorkbench,
  signal: AbortSignal | undefined,
  object: string,
): Promise<void> {
  while (workbench.scenario === 'loading') await sleep(everyMs, undefined, signal === undefined ? {} : { signal });
  if (workbench.scenario !== 'error') return;
  throw new WorkbenchError('KAFKA_UNREACHABLE', `no broker answers at 127.0.0.1:9092 (reading ${object})`, {
    object: '127.0.0.1:9092',
    nextStep: 'Look whether the sandbox runs: Home says why it stopped.',
    retryable: true,
  });
}
