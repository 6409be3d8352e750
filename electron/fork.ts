/** `Fork` over Electron's utility processes: `ELECTRON_RUN_AS_NODE` is switched off in the packed app, so Node's fork can't be. */
import { createInterface } from 'node:readline';
import { utilityProcess } from 'electron';
import { entry } from '#core/process/entry.ts';
import { utilityArguments } from '#core/process/parent-port.ts';
import type { ChildHandle, Fork } from '#core/process/port.ts';

/** `folder`: where the bundled children lie. */
export function utilityFork(folder: string): Fork {
  return (name) => startChild(name, entry(name, folder));
}

function startChild(name: string, file: string): ChildHandle {
  const child = utilityProcess.fork(file, utilityArguments(), { stdio: 'pipe', serviceName: `Mercury ${name}` });
  child.stdout?.resume();
  const errorLines = child.stderr === null ? undefined : createInterface({ input: child.stderr });
  return {
    // Known once it runs; undefined again when it is gone.
    get pid() {
      return child.pid;
    },
    send: (message) => child.postMessage(message),
    onMessage: (listener) => child.on('message', listener),
    onErrorLine: (listener) => errorLines?.on('line', listener),
    onExit: (listener) => child.once('exit', (code: number | null) => listener(exitOf(code))),
    kill: () => killNow(child),
  };
}

/** Utility processes report a number alone, never the signal's name. */
function exitOf(code: number | null): { code: number | null; signal: string | null } {
  return code === null ? { code, signal: 'a signal' } : { code, signal: null };
}

/** `child.kill()` is SIGTERM, which asks: a child that hangs would stay. */
function killNow(child: Electron.UtilityProcess): void {
  if (child.pid === undefined) child.kill();
  else process.kill(child.pid, 'SIGKILL');
}
