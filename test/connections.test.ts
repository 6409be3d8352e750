/** Connections in the whole workbench: a second way to the sandbox's servers, by file and secret, guarded, followed by a pipeline. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { call as invoke } from '@orpc/server';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ConnectionDefinition, ConnectionDraft, TestReport } from '#core/contract/connection.ts';
import { toErrorData } from '#core/contract/errors.ts';
import type { Snapshot } from '#core/contract/live.ts';
import { createTopic } from '#core/kafka/admin.ts';
import { openCluster } from '#core/kafka/connect.ts';
import { openProducer } from '#core/kafka/produce.ts';
import { nodeFork } from '#core/process/node-fork.ts';
import { findSandbox } from '#core/sandbox/sandbox.ts';
import { openWorkbench, type Workbench } from '#core/workbench.ts';
import { shippedDir } from '#core/workspace/paths.ts';

const dir = mkdtempSync(join(tmpdir(), 'mercury-connections-'));
const workspaceDir = join(dir, 'workspace');
const stop = new AbortController();
const context = {};
const logged: string[] = [];
let workbench: Workbench;
let latest: Snapshot;
let addresses: { kafka: string; registry: string; postgres: string };

function open(): Workbench {
  return openWorkbench({
    version: 'test',
    fork: nodeFork(),
    workspaceDir,
    stateDir: join(dir, 'state'),
    cacheDir: join(tmpdir(), 'mercury-test-cache'),
    modelsDir: shippedDir('ml-models'),
    builtMs: 0,
    log: (line) => logged.push(line),
  });
}

const letters = 'flights.read-only.dead-letters';
const pipeline = (): string =>
  [
    'version: 1',
    'name: guarded',
    'connection: local',
    'source: { topic: flights.read-only, value: { format: avro } }',
    'sinks: [{ type: postgres, table: guarded, key: [flight_id] }]',
    `deadLetter: { topic: ${letters} }`,
    '',
  ].join('\n');

/** Each test goes on where the one before it ended. */
describe('in this order', { shuffle: false }, () => {
  beforeAll(async () => {
    mkdirSync(join(workspaceDir, 'pipelines'), { recursive: true });
    writeFileSync(join(workspaceDir, 'pipelines', 'guarded.yaml'), pipeline());
    workbench = open();
    void (async () => {
      for await (const snapshot of workbench.live.watch(stop.signal)) latest = snapshot;
    })();
    await vi.waitFor(() => expect(latest.sandbox.state).toBe('running'), { timeout: 60_000, interval: 100 });
    addresses = findSandbox(join(dir, 'state', 'sandbox'))!;
  }, 120_000);
  afterAll(async () => {
    stop.abort();
    await workbench.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const methods = () => workbench.router.connections;
  const password = (): string => new URL(addresses.postgres).password;
  const list = () => invoke(methods().list, undefined, { context });
  const failureOf = (promise: Promise<unknown>) => promise.then(() => undefined, toErrorData);

  function local(): ConnectionDefinition {
    const url = new URL(addresses.postgres);
    url.password = '';
    return {
      version: 1,
      name: 'local',
      environment: 'production',
      kafka: { brokers: [addresses.kafka] },
      registry: { url: addresses.registry },
      postgres: { url: url.href, password: { secret: 'local.postgres.password' } },
    };
  }

  async function tested(input: { name?: string; draft?: ConnectionDraft }): Promise<TestReport> {
    let last: TestReport | undefined;
    for await (const report of await invoke(methods().test, input, { context })) last = report;
    return last!;
  }

  test('a draft is tested before anything is kept, then saved with its secret apart', async () => {
    const draft = { definition: local(), secrets: { 'local.postgres.password': { value: password() } } };
    const wrong = await tested({ draft: { ...draft, secrets: { 'local.postgres.password': { value: 'hunter2' } } } });
    expect(wrong.steps.find(({ state }) => state === 'failed')).toMatchObject({ id: 'postgres' });
    const right = await tested({ draft });
    expect(right.steps.map(({ id, state }) => `${id} ${state}`)).toEqual([
      'resolve ok',
      'connect ok',
      'tls skipped',
      'login skipped',
      'metadata ok',
      'registry ok',
      'postgres ok',
    ]);
    expect((await list()).connections.map(({ name }) => name)).toEqual(['sandbox']);
    await invoke(methods().save, { ...draft, isNew: true }, { context });
    const [, saved] = (await list()).connections;
    expect(saved).toMatchObject({
      name: 'local',
      readOnly: true,
      saysReadOnly: true,
      unlockedUntil: null,
      missingSecrets: [],
      fault: null,
    });
    expect(readFileSync(join(workspaceDir, 'connections', 'local.yaml'), 'utf8')).not.toContain(password());
  });

  test('what is in use is remembered; topics and records are read through it', async () => {
    await invoke(methods().switch, { name: 'local' }, { context });
    const topics = await invoke(workbench.router.topics.list, undefined, { context });
    expect(topics.map(({ name }) => name)).toContain('flights');
    // The feed has only begun.
    await vi.waitFor(async () => {
      const { records } = await invoke(workbench.router.topics.records, { topic: 'flights', limit: 5 }, { context });
      expect(records[0]?.value.format).toBe('avro');
    }, 30_000);
    expect((await list()).current).toBe('local');
  });

  test('a pipeline resolves its own connection, secret and all, and may not write to its Kafka until it is unlocked', async () => {
    const cluster = await openCluster({ brokers: [addresses.kafka] });
    await createTopic(cluster, { name: 'flights.read-only', partitions: 1 });
    await copyFlightSchema();
    await openProducer(cluster).send('flights.read-only', [{ partition: 0, key: null, value: Buffer.from('no Avro') }]);
    const status = () => latest.pipelines.find(({ name }) => name === 'guarded')!;

    await invoke(workbench.router.pipelines.start, { name: 'guarded' }, { context });
    await vi.waitFor(() => expect(status().state).toBe('failed'), { timeout: 30_000, interval: 100 });
    expect(status().error).toMatchObject({
      code: 'READ_ONLY',
      object: 'local',
      nextStep: expect.stringMatching(/Unlock/),
    });
    await expect(cluster.topic(letters)).rejects.toMatchObject({ code: 'NOT_FOUND' });

    await invoke(methods().unlock, { name: 'local', minutes: 5 }, { context });
    await invoke(workbench.router.pipelines.stop, { name: 'guarded' }, { context });
    await invoke(workbench.router.pipelines.start, { name: 'guarded' }, { context });
    await vi.waitFor(() => expect(status().progress?.deadLettered).toBe(1n), { timeout: 30_000, interval: 100 });

    // The process that runs holds a copy of the guard: revoking reaches it.
    await invoke(methods().lock, { name: 'local' }, { context });
    await openProducer(cluster).send('flights.read-only', [
      { partition: 0, key: null, value: Buffer.from('nor this') },
    ]);
    await vi.waitFor(() => expect(status().error?.code).toBe('READ_ONLY'), { timeout: 30_000, interval: 100 });
    await invoke(workbench.router.pipelines.stop, { name: 'guarded' }, { context });
    await cluster.close();
  });

  test('the journal tells all of it, and never the password', async () => {
    const { entries } = await invoke(workbench.router.journal.list, {}, { context });
    expect(entries.map(({ kind, name }) => `${kind} ${name}`).toReversed()).toEqual([
      'connection local', // saved
      'connection local', // in use
      'pipeline guarded', // started
      'connection local', // unlocked
      'pipeline guarded', // stopped
      'pipeline guarded', // started
      'connection local', // locked
      'pipeline guarded', // stopped
    ]);
    expect(entries.every(({ connection, error }) => connection === 'local' && error === null)).toBe(true);
    const text = readFileSync(join(dir, 'state', 'journal.jsonl'), 'utf8');
    expect(text).toContain('local.postgres.password');
    expect(text).not.toContain(password());
  });

  async function copyFlightSchema(): Promise<void> {
    const { schema } = (await (await fetch(`${addresses.registry}/subjects/flights-value/versions/latest`)).json()) as {
      schema: string;
    };
    const body = JSON.stringify({ schema });
    const headers = { 'content-type': 'application/vnd.schemaregistry.v1+json' };
    await fetch(`${addresses.registry}/subjects/flights.read-only-value/versions`, { method: 'POST', headers, body });
  }

  test('a topic that is denied ends the pipeline that reads it, in its process, and is gone from the lists', async () => {
    const status = () => latest.pipelines.find(({ name }) => name === 'guarded')!;
    const topics = async () =>
      (await invoke(workbench.router.topics.list, undefined, { context })).map(({ name }) => name);
    const deny = (deniedTopics: string[]) =>
      invoke(methods().setPolicy, { name: 'local', ...limits, deniedTopics }, { context });
    const limits = { readOnly: true, allowedTopics: [], megabytesPerSecond: null };
    await invoke(methods().unlock, { name: 'local', minutes: 5 }, { context });
    await invoke(workbench.router.pipelines.start, { name: 'guarded' }, { context });
    await vi.waitFor(() => expect(status().state).toBe('running'), { timeout: 30_000, interval: 100 });

    await deny(['flights.read-*']);
    await vi.waitFor(() => expect(status().error?.code).toBe('TOPIC_DENIED'), { timeout: 30_000, interval: 100 });
    expect(await topics()).not.toContain('flights.read-only');
    const records = invoke(workbench.router.topics.records, { topic: 'flights.read-only', limit: 5 }, { context });
    expect(await failureOf(records)).toMatchObject({ code: 'TOPIC_DENIED', object: 'flights.read-only' });

    await deny([]);
    expect(await topics()).toContain('flights.read-only');
    await invoke(methods().lock, { name: 'local' }, { context });
    await invoke(workbench.router.pipelines.stop, { name: 'guarded' }, { context });
  });

  test('no answer and no log has the password in it', async () => {
    const answers = [await list(), await invoke(methods().get, { name: 'local' }, { context }), latest];
    expect(inspect(answers, { depth: null })).not.toContain(password());
    expect(logged.join('\n')).not.toContain(password());
  });

  test('removing the one in use goes back to the sandbox, restoring brings it back with its secret', async () => {
    await invoke(methods().remove, { name: 'local' }, { context });
    expect(await list()).toMatchObject({ current: 'sandbox', connections: [{ name: 'sandbox' }] });
    const gone = await failureOf(invoke(methods().switch, { name: 'local' }, { context }));
    expect(gone).toMatchObject({ code: 'NOT_FOUND', object: 'local' });
    await invoke(methods().restore, { name: 'local' }, { context });
    expect((await list()).connections[1]).toMatchObject({ name: 'local', missingSecrets: [] });
    expect((await tested({ name: 'local' })).steps.at(-1)?.state).toBe('ok');
  });

  test('the sandbox can’t be removed or saved over', async () => {
    expect(await failureOf(invoke(methods().remove, { name: 'sandbox' }, { context }))).toMatchObject({
      code: 'NOT_FOUND',
    });
    const draft = { definition: { ...local(), name: 'sandbox' }, secrets: {} };
    expect(await failureOf(invoke(methods().save, draft, { context }))).toBeDefined();
  });
});
