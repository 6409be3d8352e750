/** A sandbox with a log of three kinds of lines, whose topics can be added and deleted. */
import { setTimeout as sleep } from 'node:timers/promises';
import { implement } from '@orpc/server';
import { contract } from '#core/contract/contract.ts';
import type { SandboxLine } from '#core/contract/sandbox.ts';
import { answerable } from './fake-answers.ts';
import type { FakeWorkbench } from './fake-workbench.ts';

const os = implement(contract.sandbox);

export function fakeSandbox(workbench: FakeWorkbench) {
  return {
    setFeedRate: os.setFeedRate.handler(({ input }) => workbench.setFeedRate(input.ratePerSecond)),
    disk: os.disk.handler(async ({ signal }) => {
      await answerable(workbench, signal, 'the disk');
      return { broker: 214_600_000, registry: 41_300, postgres: 58_200_000 };
    }),
    log: os.log.handler(async function* ({ signal }) {
      await answerable(workbench, signal, 'the log');
      const all = lines(Date.now());
      yield { lines: all, leftOut: 0 };
      for (let seq = all.length; signal?.aborted !== true; seq++) {
        await sleep(2_000, undefined, signal === undefined ? {} : { signal }).catch(() => {});
        if (workbench.scenario !== 'full') continue;
        const text = `group flights-to-postgres: generation ${seq}, members: 1`;
        yield { lines: [{ seq, at: Date.now(), part: 'broker', level: 'info', text }], leftOut: 0 };
      }
    }),
    createTopic: os.createTopic.handler(({ input }) => {
      workbench.ask(`add topic ${input.name} ${input.partitions} ${input.cleanupPolicy}`);
    }),
    deleteTopic: os.deleteTopic.handler(({ input }) => workbench.ask(`delete topic ${input.name}`)),
    reset: os.reset.handler(() => workbench.ask('reset sandbox')),
  };
}

function lines(now: number): SandboxLine[] {
  const said: Omit<SandboxLine, 'seq' | 'at'>[] = [
    { part: 'broker', level: 'info', text: 'listening on 127.0.0.1:9092' },
    { part: 'registry', level: 'info', text: 'listening on http://127.0.0.1:8081' },
    { part: 'postgres', level: 'info', text: 'starting PostgreSQL 18.4 on x86_64-linux, 64-bit' },
    { part: 'postgres', level: 'info', text: 'database system is ready to accept connections' },
    { part: 'broker', level: 'info', text: 'topic flights created, partitions: 4' },
    { part: 'registry', level: 'info', text: 'POST /subjects/flights-value/versions: 200' },
    { part: 'feed', level: 'info', text: 'sending 200 records a second to flights' },
    { part: 'broker', level: 'warning', text: 'connection of 127.0.0.1 closed: a request of 1195725856 bytes' },
    { part: 'postgres', level: 'error', text: 'ERROR: relation "flight" does not exist at character 15' },
    { part: 'broker', level: 'info', text: 'group flights-to-postgres: generation 1, members: 1' },
  ];
  return said.map((line, seq) => ({ ...line, seq, at: now - (said.length - seq) * 1_400 }));
}
