/**
 * A connection tried for real, step by step, each told as it goes: what stands behind the button Test.
 *
 * It ends after the first step that fails, when the caller's signal aborts, or after `testTimeoutMs`. It never writes.
 */
import type { TestReport, TestStep, TestStepId } from '#core/contract/connection.ts';
import { toErrorData, WorkbenchError } from '#core/contract/errors.ts';
import { type Cluster, clusterOf, openCluster } from '#core/kafka/connect.ts';
import { probePort, probeTls } from '#core/kafka/probe.ts';
import { openSession } from '#core/postgres/session.ts';
import { openRegistryClient } from '#core/registry/client.ts';
import type { ResolvedConnection } from '#core/workspace/connection.ts';

const testTimeoutMs = 30_000;
const requestTimeoutMs = 8_000;

interface Attempt {
  readonly connection: ResolvedConnection;
  readonly signal: AbortSignal;
  /** The address that took the connection. */
  broker: string;
  cluster: Cluster | undefined;
}

interface Step {
  readonly id: TestStepId;
  readonly title: string;
  /** False where this connection has no such thing. */
  readonly isNeeded: (connection: ResolvedConnection) => boolean;
  /** What was found. */
  readonly run: (attempt: Attempt) => Promise<string>;
}

const steps: readonly Step[] = [
  { id: 'connect', title: 'Reach a broker', isNeeded: () => true, run: reachBroker },
  {
    id: 'tls',
    title: 'Agree on TLS',
    isNeeded: ({ kafka }) => kafka.tls !== undefined,
    run: ({ connection, broker, signal }) => probeTls(broker, connection.kafka.tls!, signal),
  },
  { id: 'login', title: 'Log in', isNeeded: ({ kafka }) => kafka.sasl !== undefined, run: login },
  { id: 'metadata', title: 'Read the cluster', isNeeded: () => true, run: readCluster },
  {
    id: 'registry',
    title: 'Ask the Schema Registry',
    isNeeded: ({ registry }) => registry !== undefined,
    run: askRegistry,
  },
  { id: 'postgres', title: 'Ask Postgres', isNeeded: ({ postgres }) => postgres !== undefined, run: askPostgres },
];

/** `resolve` throws what keeps the connection from being used at all: a missing secret, an unreadable file. */
export async function* testConnection(
  resolve: () => Promise<ResolvedConnection>,
  caller: AbortSignal,
): AsyncGenerator<TestReport> {
  const signal = AbortSignal.any([caller, AbortSignal.timeout(testTimeoutMs)]);
  const report = new Report();
  let attempt: Attempt | undefined;
  try {
    yield report.running('resolve');
    const connection = await report.time(() => orAborted(resolve(), signal));
    const current: Attempt = { connection, signal, broker: '', cluster: undefined };
    attempt = current;
    report.passed('resolve', secretsText(connection));
    for (const { id, isNeeded, run } of steps) {
      if (!isNeeded(connection)) report.skipped(id);
      else {
        yield report.running(id);
        report.passed(id, await report.time(() => orAborted(run(current), signal)));
      }
    }
  } catch (error) {
    report.failed(caller.aborted ? cancelled() : error);
  } finally {
    await attempt?.cluster?.close();
  }
  yield report.done();
}

async function reachBroker(attempt: Attempt): Promise<string> {
  attempt.broker = await probePort(attempt.connection.kafka.brokers, attempt.signal);
  return attempt.broker;
}

/** Failing here is of the login: the port is there, TLS is agreed. */
async function login(attempt: Attempt): Promise<string> {
  const { connection } = attempt;
  attempt.cluster = await openCluster({ ...clusterOf(connection), brokers: [attempt.broker], requestTimeoutMs });
  const { username, mechanism } = connection.kafka.sasl!;
  return `as ${username} (${mechanism})`;
}

/** Every broker is asked: the addresses they advertise are what a half-working connection fails at. */
async function readCluster(attempt: Attempt): Promise<string> {
  const { connection, broker } = attempt;
  attempt.cluster ??= await openCluster({ ...clusterOf(connection), brokers: [broker], requestTimeoutMs });
  const { cluster } = attempt;
  const topics = await cluster.allTopics();
  await Promise.all([...cluster.brokers.keys()].map((nodeId) => cluster.connection(nodeId)));
  return `${counted(cluster.brokers.size, 'broker')}, ${counted(topics.length, 'topic')}, cluster ${cluster.clusterId}`;
}

async function askRegistry({ connection, signal }: Attempt): Promise<string> {
  const registry = openRegistryClient({ ...connection.registry!, timeoutMs: requestTimeoutMs });
  const subjects = await registry.subjects(signal);
  return `${counted(subjects.length, 'subject')} at ${registry.url}`;
}

async function askPostgres({ connection }: Attempt): Promise<string> {
  const session = await openSession({ url: connection.postgres!.url, application: 'mercury/test' });
  try {
    const [row] = await session.query<{ version: string }>(
      "SELECT current_setting('server_version') AS version",
      'Postgres',
    );
    return `PostgreSQL ${row?.version ?? ''} at ${session.address}`;
  } finally {
    await session.close();
  }
}

function orAborted<T>(running: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(tooLate());
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  running.catch(() => {});
  return Promise.race([running, promise]).finally(() => signal.removeEventListener('abort', abort));
}

/** What the steps have come to; each call answers with all of them, as they stand. */
class Report {
  #steps: readonly TestStep[] = [{ id: 'resolve' as const, title: 'Read secrets and certificates' }, ...steps].map(
    ({ id, title }) => ({ id, title, state: 'waiting', detail: null, ms: null, error: null }),
  );
  #startedAt = 0;
  #ms = 0;

  /** Remembers how long the step under way takes. */
  async time<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } finally {
      this.#ms = Number((performance.now() - this.#startedAt).toFixed(1));
    }
  }

  running(id: TestStepId): TestReport {
    this.#startedAt = performance.now();
    this.#change(id, { state: 'running' });
    return { steps: [...this.#steps], isDone: false };
  }

  passed(id: TestStepId, detail: string): void {
    this.#change(id, { state: 'ok', detail, ms: this.#ms });
  }

  skipped(id: TestStepId): void {
    this.#change(id, { state: 'skipped' });
  }

  failed(error: unknown): void {
    const under = this.#steps.find(({ state }) => state === 'running');
    if (under !== undefined) this.#change(under.id, { state: 'failed', ms: this.#ms, error: toErrorData(error) });
  }

  done(): TestReport {
    return { steps: [...this.#steps], isDone: true };
  }

  #change(id: TestStepId, to: Partial<TestStep>): void {
    this.#steps = this.#steps.map((step) => (step.id === id ? { ...step, ...to } : step));
  }
}

function secretsText({ kafka, registry, postgres }: ResolvedConnection): string {
  const found = [kafka.sasl, kafka.tls?.ca, kafka.tls?.key, registry?.auth, postgres].filter(
    (one) => one !== undefined,
  );
  return found.length === 0 ? 'none needed' : 'all there';
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

function cancelled(): WorkbenchError {
  return new WorkbenchError('CANCELLED', 'The test was cancelled.');
}

function tooLate(): WorkbenchError {
  return new WorkbenchError('KAFKA_UNREACHABLE', `No answer within ${testTimeoutMs / 1_000} s.`, {
    retryable: true,
    nextStep: 'Check that this machine can reach the address, through its VPN if it needs one.',
  });
}
