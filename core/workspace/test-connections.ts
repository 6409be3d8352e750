/** What tests of connections share: a workspace and a state directory in one folder, and definitions to begin with. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { ConnectionDefinition } from '#core/contract/connection.ts';
import { toErrorData } from '#core/contract/errors.ts';
import type { ConnectionGuard } from './connection.ts';
import { Connections } from './connections.ts';
import { openSecrets, type SecretStore } from './secrets.ts';

export let dir: string;
export let secrets: SecretStore;
export let connections: Connections;
/** What other processes were told. */
export let guards: Array<ConnectionGuard & { name: string }>;

/** Called once, at the top of a test file: each test has its own. */
export function withConnections(): void {
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'mercury-connections-'));
    mkdirSync(join(dir, 'connections'));
    secrets = openSecrets({ stateDir: dir, environment: {} });
    guards = [];
    connections = again();
  });
  afterEach(() => {
    connections.close();
    rmSync(dir, { recursive: true, force: true });
  });
}

/** On the same folders, as after a restart, or in another process. */
export function again(): Connections {
  return new Connections({
    workspaceDir: dir,
    stateDir: dir,
    secrets,
    sandbox: () => Promise.reject(new Error('no sandbox here')),
    onGuard: (name, guard) => guards.push({ name, ...guard }),
  });
}

export const fileOf = (name: string): string => join(dir, 'connections', `${name}.yaml`);

export const failureOf = (action: () => unknown) => {
  try {
    action();
    return undefined;
  } catch (error) {
    return toErrorData(error);
  }
};

export const local = (change: Partial<ConnectionDefinition> = {}): ConnectionDefinition => ({
  version: 1,
  name: 'local',
  environment: 'development',
  kafka: { brokers: ['localhost:9092'] },
  ...change,
});

export const withLogin = local({
  environment: 'production',
  kafka: {
    brokers: ['localhost:9092'],
    sasl: { mechanism: 'PLAIN', username: 'ada', password: { secret: 'local.kafka.password' } },
  },
});

export const noSecrets = {};
