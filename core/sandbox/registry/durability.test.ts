/** What was acknowledged is there after a kill, and no id is given twice. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it } from 'vitest';

let dataDir: string;
let child: ChildProcess | undefined;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'registry-'));
});

afterEach(async () => {
  child?.kill('SIGKILL');
  await rm(dataDir, { recursive: true });
});

async function start(): Promise<string> {
  const source = new URL('registry.ts', import.meta.url).href;
  const program = `
    const { openRegistry } = await import(${JSON.stringify(source)});
    const { url } = await openRegistry({ dataDir: ${JSON.stringify(dataDir)} });
    process.stdout.write(url + '\\n');
  `;
  child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface(child.stdout!), 'line');
  return line as string;
}

async function kill(): Promise<void> {
  const gone = once(child!, 'exit');
  child!.kill('SIGKILL');
  await gone;
}

async function register(url: string, subject: string, n: number): Promise<{ id: number; version: number }> {
  const schema = JSON.stringify({ type: 'fixed', name: `F${n}`, size: n + 1 });
  const body = JSON.stringify({ schema });
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/subjects/${subject}/versions`, { method: 'POST', headers, body });
  return (await response.json()) as { id: number; version: number };
}

it('survives kill −9 in the middle of registrations', { timeout: 60_000 }, async () => {
  const acknowledged = new Map<number, number>();
  let next = 0;
  for (let round = 0; round < 5; round++) {
    const url = await start();
    for (const [n, id] of acknowledged) expect(await register(url, `s${n}`, n)).toMatchObject({ id, version: 1 });
    for (let count = 0; count < 8; count++, next++) acknowledged.set(next, (await register(url, `s${next}`, next)).id);
    // One more is on its way when the process dies: there or not, its id belongs to it alone.
    const last = register(url, `s${next}`, next).catch(() => undefined);
    await kill();
    await last;
    next++;
  }
  expect(new Set(acknowledged.values()).size).toBe(acknowledged.size);
});
