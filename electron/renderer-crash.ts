/** Loads a window again whose page ended unexpectedly, and says so; asks first when it keeps happening. */
import type { BrowserWindow } from 'electron';
import { askToReload, tellReloaded } from './dialogs.ts';

const withinMs = 60_000;
const toleratedCrashes = 3;

export function reloadAfterCrash(window: BrowserWindow, log: (line: string) => void): void {
  let crashes: number[] = [];
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit') return;
    log(`the page ended: ${reason} (exit code ${exitCode})`);
    crashes = [...crashes.filter((at) => at > Date.now() - withinMs), Date.now()];
    void reload(window, reason, crashes.length > toleratedCrashes);
  });
}

async function reload(window: BrowserWindow, reason: string, isRepeated: boolean): Promise<void> {
  if (isRepeated && !(await askToReload(window, reason))) return;
  if (window.isDestroyed()) return;
  window.webContents.reload();
  if (!isRepeated) await tellReloaded(window, reason);
}
