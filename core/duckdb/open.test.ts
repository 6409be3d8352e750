import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { openDatabase } from './open.ts';

const dir = mkdtempSync(join(tmpdir(), 'mercury-open-'));
const holderEntry = fileURLToPath(new URL('./fixtures/holder.ts', import.meta.url));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('one file is one instance, however it is spelled; it ends with its last user', async () => {
  const file = join(dir, 'one.duckdb');
  const first = await openDatabase({ file });
  symlinkSync(file, join(dir, 'link.duckdb'));
  const [second, third] = await Promise.all([
    openDatabase({ file: join(dir, 'link.duckdb') }),
    openDatabase({ file: join(dir, '.', 'one.duckdb') }),
  ]);
  const writer = await first.connect();
  await writer.run('CREATE TABLE seen AS SELECT 42 AS a');
  first.close();
  first.close();
  const reader = await second.connect();
  expect(await reader.rows('SELECT * FROM seen')).toEqual([{ a: 42 }]);
  second.close();
  third.close();
  expect(await reader.rows('SELECT * FROM seen')).toEqual([{ a: 42 }]);
  writer.close();
  reader.close();
  const again = await openDatabase({ file });
  const session = await again.connect();
  expect(await session.rows('SELECT * FROM seen')).toEqual([{ a: 42 }]);
  session.close();
  again.close();
});

test('opened and closed many times at once, nothing is lost', async () => {
  const file = join(dir, 'busy.duckdb');
  await Promise.all(
    Array.from({ length: 40 }, async (_, number) => {
      const database = await openDatabase({ file });
      const session = await database.connect();
      await session.run(`CREATE TABLE t${number} AS SELECT ${number} AS a`);
      session.close();
      database.close();
    }),
  );
  const database = await openDatabase({ file });
  const session = await database.connect();
  expect(await session.rows('SELECT count(*)::INT AS n FROM duckdb_tables()')).toEqual([{ n: 40 }]);
  session.close();
  database.close();
});

test('a file that another process holds is named, with the holder; killed, it is free', async () => {
  const file = join(dir, 'held.duckdb');
  const holder = spawn(process.execPath, [holderEntry, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await once(holder.stdout, 'data');
    await expect(openDatabase({ file })).rejects.toMatchObject({
      code: 'DATA_IN_USE',
      object: file,
      message: `${file} is in use by process ${holder.pid}`,
      nextStep: expect.stringContaining(`process ${holder.pid}`),
    });
  } finally {
    holder.kill('SIGKILL');
    await once(holder, 'exit');
  }
  const database = await openDatabase({ file });
  database.close();
});

test('work given to exclusive never overlaps, and goes on after a failure', async () => {
  const database = await openDatabase();
  const steps: string[] = [];
  const work = (name: string) => async () => {
    steps.push(`${name} begins`);
    await Promise.resolve();
    steps.push(`${name} ends`);
    if (name === 'a') throw new Error('a failed');
  };
  const results = await Promise.allSettled([database.exclusive(work('a')), database.exclusive(work('b'))]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  expect(steps).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  database.close();
});
