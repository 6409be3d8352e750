/** What the shell asks and tells in the system's own boxes: where the page can't, or is not there. */
import { type BrowserWindow, dialog } from 'electron';
import { toErrorData } from '#core/contract/errors.ts';

/** True: stop them and quit. */
export async function askToStop(window: BrowserWindow | undefined, pipelines: readonly string[]): Promise<boolean> {
  const subject = pipelines.length === 1 ? `${pipelines[0]} is` : `${pipelines.length} pipelines are`;
  const options: Electron.MessageBoxOptions = {
    type: 'question',
    message: `${subject} running. Stop and quit?`,
    detail: `${pipelines.join('\n')}\n\nWhat was read is written first; at the next start they go on where they stopped.`,
    buttons: ['Stop and Quit', 'Keep Running'],
    defaultId: 0,
    cancelId: 1,
  };
  const { response } = await (window === undefined
    ? dialog.showMessageBox(options)
    : dialog.showMessageBox(window, options));
  return response === 0;
}

/** What keeps the program from starting or going on. */
export function tellFailure(error: unknown): void {
  const { message, nextStep } = toErrorData(error);
  dialog.showErrorBox('Mercury Workbench can’t go on', [message, nextStep].filter(Boolean).join('\n\n'));
}

export async function tellReloaded(window: BrowserWindow, reason: string): Promise<void> {
  await dialog.showMessageBox(window, {
    type: 'warning',
    message: 'The window ended unexpectedly and was loaded again.',
    detail: `Reason: ${reason}. Pipelines and the sandbox run in processes of their own and went on.`,
    buttons: ['OK'],
  });
}

/** True: load it once more. */
export async function askToReload(window: BrowserWindow, reason: string): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'error',
    message: 'The window ends again and again.',
    detail: `Reason: ${reason}. Pipelines and the sandbox go on. The log says more (Help, Show Log File).`,
    buttons: ['Load Again', 'Leave It'],
    defaultId: 0,
    cancelId: 1,
  });
  return response === 0;
}
