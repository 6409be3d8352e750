import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { lockFolder } from '#core/process/lock.ts';
import { nodeFork } from '#core/process/node-fork.ts';
import { SandboxControl } from './control.ts';

test('one that can’t start says why instead of starting for ever, and is up once the cause is gone', async () => {
  const dataDir = join(mkdtempSync(join(tmpdir(), 'mercury-control-')), 'sandbox');
  mkdirSync(dataDir);
  const lock = lockFolder(dataDir);
  const sandbox = new SandboxControl({
    fork: nodeFork(),
    dataDir,
    cacheDir: join(tmpdir(), 'mercury-test-cache'),
    feedRatePerSecond: 0,
    onChange: () => {},
    log: () => {},
  });
  onTestFinished(async () => {
    await sandbox.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  sandbox.start();
  expect(sandbox.status().state).toBe('starting');
  await vi.waitFor(() => expect(sandbox.status().state).toBe('restarting'), 20_000);
  await expect(sandbox.connectionNow()).rejects.toMatchObject({
    code: 'KAFKA_UNREACHABLE',
    message: expect.stringContaining(`in use by process ${process.pid}`),
  });
  lock.release();
  await vi.waitFor(() => expect(sandbox.status().state).toBe('running'), 40_000);
  expect(await sandbox.connectionNow()).toMatchObject({ name: 'sandbox' });
}, 90_000);
