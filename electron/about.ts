/** What this program is: versions to put into a report, and its licence with those of what it is made of. */
import { release } from 'node:os';
import { app, type BrowserWindow, clipboard, dialog, shell } from 'electron';
import { outsideArchive } from '#core/workspace/paths.ts';
import { licenceFiles } from './licences.ts';

export async function showAbout(window: BrowserWindow): Promise<void> {
  const versions = versionLines().join('\n');
  const { response } = await dialog.showMessageBox(window, {
    type: 'info',
    title: 'About Mercury Workbench',
    message: 'Mercury Workbench',
    detail: `${versions}\n\nApache License 2.0. Made with other people’s work, under licences of their own.`,
    buttons: ['OK', 'Copy Versions', 'Show Licences'],
    defaultId: 0,
    cancelId: 0,
  });
  if (response === 1) await clipboard.writeText(`Mercury Workbench\n${versions}`);
  if (response === 2) for (const file of licenceFiles(app.getAppPath())) await shell.openPath(outsideArchive(file));
}

function versionLines(): string[] {
  const { electron, chrome, node } = process.versions;
  const electronLine = `Electron ${electron}, Chromium ${chrome ?? 'unknown'}, Node ${node}`;
  return [`Version ${app.getVersion()}`, electronLine, `${process.platform} ${process.arch} ${release()}`];
}
