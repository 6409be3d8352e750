/** The `mercury` command as its users run it: a process of its own. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { shippedDir } from '#core/workspace/paths.ts';

export function startMercury(args: readonly string[], options: SpawnOptions = {}): ChildProcess {
  return spawn(process.execPath, [shippedDir('bin/mercury'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
  });
}

/** Waits for its end; answers the last line of stdout as JSON. What went wrong is in the error: its stderr. */
export async function runMercury(args: readonly string[]): Promise<unknown> {
  return lastJson(startMercury(args), `mercury ${args[0]}`);
}

export async function lastJson(child: ChildProcess, name: string): Promise<unknown> {
  let out = '';
  let errors = '';
  child.stdout!.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr!.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  const last = out.trimEnd().split('\n').at(-1) ?? '';
  if (code === 0) return JSON.parse(last);
  throw new Error(`${name} ended with ${code}:\n${errors.slice(-2000)}`);
}

/** The first line of stdout that comes; throws with stderr when the process ends before. */
export async function firstLine(child: ChildProcess): Promise<string> {
  let errors = '';
  child.stderr!.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  for await (const line of createInterface({ input: child.stdout! })) return line;
  throw new Error(`it ended before its first line:\n${errors.slice(-2000)}`);
}

/** SIGTERM, then waits until it is gone. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}
