/** `runtime.json`: how a command finds the program that runs on this state directory. Mode 0600: it holds the token. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { WorkbenchError } from '#core/contract/errors.ts';
import { isAlive, processStartTime } from '#core/process/start-time.ts';
import { readStateFile, writeStateFile } from './state-file.ts';

const runtimeSchema = z.object({
  pid: z.int(),
  startTime: z.string().optional(),
  /** Null while it starts. */
  host: z.object({ address: z.string(), token: z.string() }).nullable(),
});
export type Runtime = z.infer<typeof runtimeSchema>;

const fileIn = (stateDir: string): string => join(stateDir, 'runtime.json');

export function announceRuntime(stateDir: string, host: Runtime['host']): void {
  const { pid } = process;
  writeStateFile(fileIn(stateDir), { pid, startTime: processStartTime(pid), host });
}

/** The running program, or undefined when none runs (a file left by a killed one does not count). */
export function findRuntime(stateDir: string): Runtime | undefined {
  const runtime = readStateFile(fileIn(stateDir), runtimeSchema);
  return runtime !== undefined && isAlive(runtime.pid, runtime.startTime) ? runtime : undefined;
}

/** Throws `DATA_IN_USE` with the way to the program that runs already. */
export function refuseSecond(stateDir: string): void {
  const running = findRuntime(stateDir);
  if (running === undefined) return;
  const { pid, host } = running;
  throw new WorkbenchError('DATA_IN_USE', `Mercury Workbench runs already (process ${pid})`, {
    object: stateDir,
    nextStep: host === null ? 'It is just starting: go to its window.' : `Open ${host.address}/?token=${host.token}`,
  });
}

/** What another program has announced since stays. */
export function withdrawRuntime(stateDir: string): void {
  if (findRuntime(stateDir)?.pid === process.pid) rmSync(fileIn(stateDir), { force: true });
}
