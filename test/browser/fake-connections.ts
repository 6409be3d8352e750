/** Connections of every environment: one that works, one that production guards, one whose file is wrong; kept in memory. */
import { setTimeout as sleep } from 'node:timers/promises';
import { implement } from '@orpc/server';
import {
  type ConnectionDefinition,
  type ConnectionSummary,
  type LastTest,
  sandboxSummary,
  type TestReport,
  type TestStep,
} from '#core/contract/connection.ts';
import { contract } from '#core/contract/contract.ts';
import { type ErrorData, WorkbenchError } from '#core/contract/errors.ts';
import type { Policy } from '#core/contract/policy.ts';
import { parseClientProperties } from '#core/workspace/client-properties.ts';
import type { FakeWorkbench } from './fake-workbench.ts';

const os = implement(contract.connections);

const ordersTest: ConnectionDefinition = {
  version: 1,
  name: 'orders-test',
  title: 'Orders, test cluster',
  environment: 'test',
  kafka: {
    brokers: ['kafka-1.test.example.com:9093', 'kafka-2.test.example.com:9093'],
    tls: { ca: 'certs/test-ca.pem', verify: true },
    sasl: { mechanism: 'SCRAM-SHA-512', username: 'ada', password: { secret: 'orders-test.kafka.password' } },
  },
  registry: { url: 'https://registry.test.example.com' },
};

const ordersProduction: ConnectionDefinition = {
  ...ordersTest,
  name: 'orders-production',
  title: 'Orders',
  environment: 'production',
  kafka: {
    brokers: ['kafka-1.example.com:9093', 'kafka-2.example.com:9093', 'kafka-3.example.com:9093'],
    tls: { verify: true },
    sasl: { mechanism: 'SCRAM-SHA-512', username: 'ada', password: { secret: 'orders-production.kafka.password' } },
  },
};

const faultyFile: ErrorData = {
  code: 'WORKSPACE_INVALID',
  message: 'connections/clicks.yaml is no valid connection: kafka.brokers.0: Write it as host:port',
  object: 'connections/clicks.yaml',
  nextStep: 'Correct the file; its fields are described in docs/connections.md.',
  retryable: false,
};

export const refusedLogin: ErrorData = {
  code: 'KAFKA_AUTH',
  message: 'The Kafka broker at kafka-1.test.example.com:9093 refused the login.',
  object: 'kafka-1.test.example.com:9093',
  nextStep: 'Check the user name, the password and the mechanism of this connection.',
  retryable: false,
};

export class FakeConnections {
  readonly definitions: Map<string, ConnectionDefinition>;
  readonly removed = new Map<string, ConnectionDefinition>();
  readonly unlocks = new Map<string, number>();
  readonly policies = new Map<string, Policy>();
  readonly set = new Set(['orders-test.kafka.password']);
  readonly tests = new Map<string, LastTest>();
  current = 'sandbox';
  keepsSecrets = true;
  /** The login of the next tests is refused. */
  refusesLogin = false;

  constructor(isEmpty: boolean) {
    this.definitions = new Map(isEmpty ? [] : [ordersProduction, ordersTest].map((one) => [one.name, one]));
  }

  summaries(): ConnectionSummary[] {
    const saved = [...this.definitions.values()].map((definition) => this.#summary(definition));
    const faulty = {
      ...sandboxSummary,
      name: 'clicks',
      title: null,
      isBuiltIn: false,
      file: 'connections/clicks.yaml',
    };
    return [sandboxSummary, ...(saved.length === 0 ? [] : [{ ...faulty, fault: faultyFile }]), ...saved];
  }

  #summary(definition: ConnectionDefinition): ConnectionSummary {
    const { name, title = null, environment, kafka, registry } = definition;
    const saysReadOnly = definition.readOnly ?? environment === 'production';
    const policy = this.policies.get(name) ?? { ...sandboxSummary.policy, readOnly: saysReadOnly };
    const secret = kafka.sasl?.password.secret;
    return {
      ...sandboxSummary,
      name,
      title,
      environment,
      brokers: kafka.brokers,
      security: kafka.sasl === undefined ? 'plaintext' : 'SASL over TLS',
      registry: registry?.url ?? null,
      readOnly: saysReadOnly || policy.readOnly,
      saysReadOnly,
      policy,
      unlockedUntil: this.unlocks.get(name) ?? null,
      isBuiltIn: false,
      file: `connections/${name}.yaml`,
      missingSecrets: secret === undefined || this.set.has(secret) ? [] : [secret],
      lastTest: this.tests.get(name) ?? null,
    };
  }
}

export function fakeConnections(workbench: FakeWorkbench) {
  const { connections } = workbench;
  return {
    list: os.list.handler(async ({ signal }) => {
      await untilLoaded(workbench, signal);
      return { current: connections.current, connections: connections.summaries(), secrets: secrets(connections) };
    }),
    get: os.get.handler(async ({ input: { name }, signal }) => {
      await untilLoaded(workbench, signal);
      const file = `connections/${name}.yaml`;
      if (name === 'clicks') return { definition: null, file, fault: faultyFile, secrets: [] };
      const definition = connections.definitions.get(name);
      if (definition === undefined) throw new WorkbenchError('NOT_FOUND', `There is no connection ${name}.`);
      const secret = definition.kafka.sasl?.password.secret;
      const listed = secret === undefined ? [] : [{ name: secret, isSet: connections.set.has(secret) }];
      return { definition, file, fault: null, secrets: listed };
    }),
    save: os.save.handler(({ input }) => {
      workbench.ask(`save ${input.definition.name}`);
      connections.definitions.set(input.definition.name, input.definition);
      for (const name of Object.keys(input.secrets)) connections.set.add(name);
    }),
    remove: os.remove.handler(({ input: { name } }) => {
      workbench.ask(`remove ${name}`);
      connections.removed.set(name, connections.definitions.get(name)!);
      connections.definitions.delete(name);
    }),
    restore: os.restore.handler(({ input: { name } }) => {
      workbench.ask(`restore ${name}`);
      connections.definitions.set(name, connections.removed.get(name)!);
    }),
    switch: os.switch.handler(({ input: { name } }) => {
      workbench.ask(`switch ${name}`);
      connections.current = name;
    }),
    test: os.test.handler(async function* ({ input: { name }, signal }) {
      workbench.ask(`test ${name ?? 'draft'}`);
      for await (const report of fakeTest(connections.refusesLogin)) {
        if (signal?.aborted === true) return;
        const error = report.steps.find((step) => step.state === 'failed')?.error ?? null;
        if (report.isDone && name !== undefined) connections.tests.set(name, { at: Date.now(), error });
        yield report;
      }
    }),
    parseProperties: os.parseProperties.handler(({ input }) => {
      const { secrets: found, brokers, unknown, problems, ...rest } = parseClientProperties(input.text);
      const kept = [...found.keys()].map((field) => ({ field, pasted: `pasted ${field}` }));
      return { ...rest, brokers: [...brokers], unknown: [...unknown], problems: [...problems], secrets: kept };
    }),
    unlock: os.unlock.handler(({ input: { name, minutes } }) => {
      workbench.ask(`unlock ${name} ${minutes}`);
      const unlockedUntil = Date.now() + minutes * 60_000;
      connections.unlocks.set(name, unlockedUntil);
      return { unlockedUntil };
    }),
    lock: os.lock.handler(({ input: { name } }) => {
      workbench.ask(`lock ${name}`);
      connections.unlocks.delete(name);
    }),
    setPolicy: os.setPolicy.handler(({ input: { name, ...policy } }) => {
      workbench.ask(`policy of ${name} ${JSON.stringify(policy)}`);
      connections.policies.set(name, policy);
    }),
    openSecrets: os.openSecrets.handler(() => {
      workbench.ask('open secrets');
      connections.keepsSecrets = true;
      return secrets(connections);
    }),
  };
}

async function untilLoaded(workbench: FakeWorkbench, signal: AbortSignal | undefined): Promise<void> {
  while (workbench.scenario === 'loading') await sleep(250, undefined, signal === undefined ? {} : { signal });
}

function secrets({ keepsSecrets }: FakeConnections) {
  if (keepsSecrets)
    return { kept: 'file' as const, openedBy: ['a passphrase'], message: 'Kept encrypted.', nextStep: null };
  return {
    kept: 'memory' as const,
    openedBy: [],
    message: 'Secrets are kept in memory and gone when Mercury Workbench ends: nothing here can keep a key for them.',
    nextStep: 'Choose a passphrase, or start with the variable MERCURY_SECRETS_KEY, to keep them in an encrypted file.',
  };
}

const found: readonly (readonly [TestStep['id'], string, string | null])[] = [
  ['resolve', 'Read secrets and certificates', 'all there'],
  ['connect', 'Reach a broker', 'kafka-1.test.example.com:9093'],
  ['tls', 'Agree on TLS', 'TLSv1.3, certificate of kafka-1.test.example.com, valid until 2027-03-01'],
  ['login', 'Log in', 'as ada (SCRAM-SHA-512)'],
  ['metadata', 'Read the cluster', '3 brokers, 128 topics, cluster q1Sh-9_ISia_zwGINzRvyQ'],
  ['registry', 'Ask the Schema Registry', '41 subjects at https://registry.test.example.com'],
  ['postgres', 'Ask Postgres', null],
];

async function* fakeTest(refusesLogin: boolean): AsyncGenerator<TestReport> {
  let steps: TestStep[] = found.map(([id, title]) => ({
    id,
    title,
    state: 'waiting',
    detail: null,
    ms: null,
    error: null,
  }));
  const change = (id: string, to: Partial<TestStep>): void => {
    steps = steps.map((step) => (step.id === id ? { ...step, ...to } : step));
  };
  for (const [index, [id, , detail]] of found.entries()) {
    change(id, { state: 'running' });
    yield { steps, isDone: false };
    await sleep(60);
    if (id === 'login' && refusesLogin) {
      change(id, { state: 'failed', ms: 312, error: refusedLogin });
      break;
    }
    change(id, detail === null ? { state: 'skipped' } : { state: 'ok', detail, ms: 4 + index * 7 });
  }
  yield { steps, isDone: true };
}
