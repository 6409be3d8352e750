/** The contract's methods of connections and their secrets. */
import { implement } from '@orpc/server';
import { type LastTest, sandboxConnection, type TestReport } from '#core/contract/connection.ts';
import { contract } from '#core/contract/contract.ts';
import { parseClientProperties } from '#core/workspace/client-properties.ts';
import type { ResolvedConnection } from '#core/workspace/connection.ts';
import type { Connections } from '#core/workspace/connections.ts';
import type { SecretStore } from '#core/workspace/secrets.ts';
import { testConnection } from './connection-test.ts';

const os = implement(contract.connections);

export interface ConnectionsParts {
  readonly connections: Connections;
  readonly secrets: SecretStore;
  /** Waits for nothing: says why where it does not run. */
  readonly sandboxNow: () => Promise<ResolvedConnection>;
}

export function connectionsApi({ connections, secrets, sandboxNow }: ConnectionsParts) {
  const resolve = (name: string) => (name === sandboxConnection ? sandboxNow() : connections.resolve(name));
  return {
    list: os.list.handler(() => ({
      current: connections.current,
      connections: connections.list(),
      secrets: secrets.status(),
    })),
    get: os.get.handler(({ input: { name } }) => {
      const { definition, file, fault } = connections.get(name);
      const names = definition === undefined ? [] : connections.secretsOf(definition);
      return { definition: definition ?? null, file, fault: fault?.toData() ?? null, secrets: names };
    }),
    save: os.save.handler(({ input: { isNew, ...draft } }) => connections.save(draft, isNew)),
    remove: os.remove.handler(({ input: { name } }) => connections.remove(name)),
    restore: os.restore.handler(({ input: { name } }) => connections.restore(name)),
    switch: os.switch.handler(({ input: { name } }) => connections.switchTo(name)),
    test: os.test.handler(async function* ({ input: { name, draft }, signal = new AbortController().signal }) {
      const target = async () => (draft === undefined ? resolve(name!) : connections.resolveDraft(draft));
      for await (const report of testConnection(target, signal)) {
        if (report.isDone && !signal.aborted) {
          if (draft === undefined) connections.tests.keep(name!, outcome(report));
          else connections.tests.keepOfDraft(draft, outcome(report));
        }
        yield report;
      }
    }),
    parseProperties: os.parseProperties.handler(({ input }) => {
      const { secrets: found, brokers, unknown, problems, ...rest } = parseClientProperties(input.text);
      const kept = [...found].map(([field, value]) => ({ field, pasted: connections.keepPasted(value) }));
      return { ...rest, brokers: [...brokers], unknown: [...unknown], problems: [...problems], secrets: kept };
    }),
    unlock: os.unlock.handler(({ input: { name, minutes } }) => ({ unlockedUntil: connections.unlock(name, minutes) })),
    lock: os.lock.handler(({ input: { name } }) => connections.lock(name)),
    setPolicy: os.setPolicy.handler(({ input: { name, ...policy } }) => connections.setPolicy(name, policy)),
    openSecrets: os.openSecrets.handler(({ input }) => {
      secrets.openWith(input.passphrase);
      return secrets.status();
    }),
  };
}

function outcome({ steps }: TestReport): LastTest {
  return { at: Date.now(), error: steps.find(({ state }) => state === 'failed')?.error ?? null };
}
