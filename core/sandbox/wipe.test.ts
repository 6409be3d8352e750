import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSandbox, type Sandbox } from './sandbox.ts';
import { wipeSandbox } from './wipe.ts';

let folder: string;
let sandbox: Sandbox | undefined;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-wipe-'));
});

afterAll(async () => {
  await sandbox?.close();
  rmSync(folder, { recursive: true, force: true });
});

const open = () =>
  openSandbox({
    dataDir: join(folder, 'data'),
    cacheDir: join(tmpdir(), 'mercury-test-cache'),
    ports: {},
    log: () => {},
    onChange: () => {},
  });

async function query(address: string, text: string) {
  const client = new Client({ connectionString: address });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

it('is empty after it was wiped, at the same addresses; not while it runs', async () => {
  sandbox = await open();
  const { kafka, registry, postgres, dataDir } = sandbox.addresses;
  await sandbox.createTopic({ name: 'orders', partitions: 2, cleanupPolicy: 'compact' });
  await expect(sandbox.createTopic({ name: 'orders', partitions: 2, cleanupPolicy: 'delete' })).rejects.toMatchObject({
    code: 'CONFLICT',
  });
  await query(postgres, 'CREATE TABLE kept (id int)');
  const body = JSON.stringify({ schema: '"string"' });
  const headers = { 'content-type': 'application/json' };
  await fetch(new URL('/subjects/orders-value/versions', registry), { method: 'POST', body, headers });
  const disk = await sandbox.disk();
  expect(Math.min(disk.broker, disk.registry, disk.postgres)).toBeGreaterThan(0);
  await expect(wipeSandbox(dataDir)).rejects.toMatchObject({ code: 'DATA_IN_USE' });

  await sandbox.close();
  await wipeSandbox(dataDir);
  sandbox = await open();
  expect(sandbox.addresses).toEqual({ kafka, registry, postgres, dataDir });
  expect(await query(postgres, "SELECT to_regclass('kept') AS found")).toEqual([{ found: null }]);
  expect(await (await fetch(new URL('/subjects', registry))).json()).toEqual([]);
  expect(() => sandbox!.deleteTopic('orders')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
}, 60_000);
