/** The contract's methods of the sandbox. */
import { implement } from '@orpc/server';
import { sandboxConnection } from '#core/contract/connection.ts';
import { contract } from '#core/contract/contract.ts';
import type { PipelineRuns } from '#core/pipeline/runs.ts';
import type { SandboxControl } from './control.ts';

const os = implement(contract.sandbox);

export function sandboxApi(sandbox: SandboxControl, runs: PipelineRuns) {
  return {
    setFeedRate: os.setFeedRate.handler(({ input }) => sandbox.setFeedRate(input.ratePerSecond)),
    disk: os.disk.handler(() => sandbox.call('disk', undefined)),
    log: os.log.handler(({ signal }) => sandbox.log(signal)),
    createTopic: os.createTopic.handler(({ input }) => sandbox.call('createTopic', input)),
    deleteTopic: os.deleteTopic.handler(({ input }) => sandbox.call('deleteTopic', input.name)),
    reset: os.reset.handler(() => whileStopped(runs, () => sandbox.reset())),
  };
}

/** Pipelines that run on the sandbox drain before, and begin anew after, also when it failed. */
async function whileStopped(runs: PipelineRuns, work: () => Promise<void>): Promise<void> {
  const running = runs
    .statuses()
    .filter(({ name, state }) => state !== 'stopped' && runs.definition(name).connection === sandboxConnection)
    .map(({ name }) => name);
  await Promise.all(running.map((name) => runs.stop(name)));
  try {
    await work();
  } finally {
    for (const name of running) await runs.start(name);
  }
}
