/** Who may write, and what else was agreed on this machine: no commit loosens it, and every holder sees it change. */
import { copyFileSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { noGuard } from './connection.ts';
import {
  again,
  connections,
  dir,
  failureOf,
  fileOf,
  guards,
  local,
  noSecrets,
  withConnections,
  withLogin,
} from './test-connections.ts';

withConnections();

describe('read-only', () => {
  test('production is, unless its file says otherwise', async () => {
    connections.save({ definition: withLogin, secrets: { 'local.kafka.password': { value: 'x' } } }, true);
    expect((await connections.resolve('local')).guard).toEqual({ ...noGuard, readOnly: true });
    connections.save({ definition: { ...withLogin, readOnly: false }, secrets: noSecrets }, false);
    expect((await connections.resolve('local')).guard?.readOnly).toBe(false);
    expect(connections.list()[1]).toMatchObject({ readOnly: false, unlockedUntil: null });
  });

  test('an unlock holds for every holder, ends when it is locked, and is told', async () => {
    connections.save({ definition: local({ readOnly: true }), secrets: noSecrets }, true);
    const { guard } = await connections.resolve('local');
    const until = connections.unlock('local', 10);
    expect(until - Date.now()).toBeGreaterThan(9.9 * 60_000);
    expect(guard?.unlockedUntil).toBe(until);
    expect(connections.list()[1]!.unlockedUntil).toBe(until);
    connections.lock('local');
    expect(guard?.unlockedUntil).toBe(0);
    expect(guards.map(({ unlockedUntil }) => unlockedUntil)).toEqual([until, 0]);
  });

  test('a commit that loosens the file changes nothing until it is agreed to here', async () => {
    connections.save({ definition: local({ readOnly: true }), secrets: noSecrets }, true);
    const { guard } = await connections.resolve('local');
    writeFileSync(fileOf('local'), readFileSync(fileOf('local'), 'utf8').replace('readOnly: true', 'readOnly: false'));
    expect((await connections.resolve('local')).guard).toBe(guard);
    expect(guard?.readOnly).toBe(true);
    expect(connections.list()[1]).toMatchObject({ readOnly: true, saysReadOnly: false });
    expect((await again().resolve('local')).guard?.readOnly).toBe(true);

    // Another field is saved: that is no agreement.
    const { definition } = connections.get('local');
    connections.save({ definition: { ...definition!, title: 'Orders' }, secrets: noSecrets }, false);
    expect(guard?.readOnly).toBe(true);

    connections.setPolicy('local', { ...connections.list()[1]!.policy, readOnly: false });
    expect(guard?.readOnly).toBe(false);
    expect(guards.at(-1)).toMatchObject({ name: 'local', readOnly: false });
    expect((await again().resolve('local')).guard?.readOnly).toBe(false);
  });

  test('one that was read-only when the program began stays so, though nobody looked before the commit', async () => {
    connections.save({ definition: local({ readOnly: true }), secrets: noSecrets }, true);
    rmSync(join(dir, 'policy.json'));
    again();
    writeFileSync(fileOf('local'), readFileSync(fileOf('local'), 'utf8').replace('readOnly: true', 'readOnly: false'));
    expect(connections.list()[1]!.readOnly).toBe(true);
  });

  test('an unlock outlasts the program, and not its time', async () => {
    connections.save({ definition: local({ readOnly: true }), secrets: noSecrets }, true);
    const until = connections.unlock('local', 10);
    expect((await again().resolve('local')).guard?.unlockedUntil).toBe(until);
    vi.useFakeTimers({ now: until + 1, toFake: ['Date'] });
    expect(again().list()[1]!.unlockedUntil).toBeNull();
    vi.useRealTimers();
  });

  test('a draft that says it may write does not open the saved one', async () => {
    connections.save({ definition: local({ readOnly: true }), secrets: noSecrets }, true);
    const { guard } = await connections.resolve('local');
    connections.resolveDraft({ definition: local({ readOnly: false }), secrets: noSecrets });
    expect(guard?.readOnly).toBe(true);
    expect(failureOf(() => connections.unlock('nowhere', 1))?.code).toBe('NOT_FOUND');
  });
});

describe('the policy', () => {
  const policyFile = (): string => join(dir, 'policy.json');
  const limits = { readOnly: false, deniedTopics: ['payments.*'], allowedTopics: [], megabytesPerSecond: 5 };

  test('one of version 1 is read, for ever', async () => {
    copyFileSync(join(import.meta.dirname, 'fixtures/policy-1.json'), policyFile());
    writeFileSync(fileOf('local'), 'version: 1\nname: local\nkafka: { brokers: [a:1] }\n');
    expect((await connections.resolve('local')).guard).toEqual({
      readOnly: true,
      deniedTopics: ['payments.*', 'customers'],
      allowedTopics: ['orders*'],
      megabytesPerSecond: 2.5,
      unlockedUntil: 4_102_444_800_000,
    });
  });

  test('is kept for this user alone, holds for every holder and is told', async () => {
    connections.save({ definition: local(), secrets: noSecrets }, true);
    const { guard } = await connections.resolve('local');
    connections.setPolicy('local', limits);
    expect(guard).toEqual({ ...limits, unlockedUntil: 0 });
    expect(guards).toEqual([{ name: 'local', ...limits, unlockedUntil: 0 }]);
    expect(statSync(policyFile()).mode & 0o777).toBe(0o600);
    expect(connections.list()[1]!.policy).toEqual(limits);
    connections.remove('local');
    connections.restore('local');
    expect(connections.list()[1]!.policy).toEqual(limits);
  });

  test('one named as what every object has is like any other', async () => {
    connections.save({ definition: local({ name: 'constructor' }), secrets: noSecrets }, true);
    rmSync(policyFile());
    expect((await again().resolve('constructor')).guard).toEqual(noGuard);
    connections.setPolicy('constructor', { ...limits, deniedTopics: ['a'] });
    expect((await again().resolve('constructor')).guard?.deniedTopics).toEqual(['a']);
  });

  test('agreeing to writes ends an unlock: made read-only again, it is locked', async () => {
    connections.save({ definition: local(), secrets: noSecrets }, true);
    connections.setPolicy('local', { ...limits, readOnly: true });
    connections.unlock('local', 60);
    connections.setPolicy('local', { ...limits, readOnly: true, megabytesPerSecond: 9 });
    expect(connections.list()[1]!.unlockedUntil).not.toBeNull();
    connections.setPolicy('local', limits);
    connections.setPolicy('local', { ...limits, readOnly: true });
    expect(connections.list()[1]).toMatchObject({ readOnly: true, unlockedUntil: null });
  });

  test('what another process agreed or revoked reaches this one', async () => {
    connections.save({ definition: local({ readOnly: true }), secrets: noSecrets }, true);
    const other = again();
    const { guard } = await other.resolve('local');
    const until = connections.unlock('local', 10);
    await vi.waitFor(() => expect(guard?.unlockedUntil).toBe(until), { timeout: 10_000 });
    connections.lock('local');
    await vi.waitFor(() => expect(guard?.unlockedUntil).toBe(0), { timeout: 10_000 });
    other.close();
  });

  test.each(['{', '{"version":2,"connections":{}}', '{"version":1,"connections":{"local":{"readOnly":"no"}}}'])(
    'that reads %s allows nothing, says so and is left as it is',
    async (text) => {
      connections.save({ definition: local({ readOnly: true }), secrets: noSecrets }, true);
      const { guard } = await connections.resolve('local');
      connections.unlock('local', 10);
      writeFileSync(policyFile(), text);
      await expect(connections.resolve('local')).rejects.toMatchObject({
        code: 'WORKSPACE_INVALID',
        object: policyFile(),
      });
      expect(connections.list()[1]).toMatchObject({ readOnly: true, fault: { code: 'WORKSPACE_INVALID' } });
      expect(failureOf(() => connections.setPolicy('local', limits))?.code).toBe('WORKSPACE_INVALID');
      await vi.waitFor(() => expect(guard).toMatchObject({ readOnly: true, unlockedUntil: 0 }), { timeout: 10_000 });
      expect(readFileSync(policyFile(), 'utf8')).toBe(text);
    },
  );
});
