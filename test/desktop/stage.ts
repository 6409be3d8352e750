/** A desktop window for a test file: the built app started on folders of its own, ended and cleaned up afterwards. */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { buildApp } from './built-app.ts';
import { findElectron, lacking } from './electron.ts';

export interface Desktop {
  readonly app: ElectronApplication;
  readonly process: ChildProcess;
  readonly page: Page;
  readonly dir: string;
  /** Ends it as a signal does: nobody is asked, everything drains. Resolves when the process is gone. */
  close(): Promise<void>;
}

export interface DesktopOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Folders of an earlier start, to go on with. */
  readonly dir?: string;
}

export const electron = await findElectron();
/** The title of tests that need one: skipped, it says what they lacked. */
export const titled = (title: string): string => (electron === undefined ? `${title} (lacked: ${lacking})` : title);

export function newFolders(): string {
  return mkdtempSync(join(tmpdir(), 'mercury-desktop-'));
}

export function envOf(dir: string): Record<string, string> {
  return {
    ...(process.env as Record<string, string>),
    ...electron?.env,
    MERCURY_STATE: join(dir, 'state'),
    MERCURY_WORKSPACE: join(dir, 'workspace'),
    MERCURY_CACHE: join(tmpdir(), 'mercury-test-cache'),
  };
}

export async function openDesktop(options: DesktopOptions = {}): Promise<Desktop> {
  const dir = options.dir ?? newFolders();
  const app = await _electron.launch({
    executablePath: electron!.executable,
    args: [await buildApp(), ...(options.args ?? [])],
    env: { ...envOf(dir), ...options.env },
  });
  const child = app.process();
  if (process.env.MERCURY_DEBUG !== undefined) child.stderr?.pipe(process.stderr);
  const page = await app.firstWindow();
  await page.getByRole('main').waitFor();
  return { app, process: child, page, dir, close: () => end(child) };
}

export function removeFolders(dir: string): void {
  rmSync(dir, { recursive: true, force: true });
}

/** As a signal does; resolves when the process is gone. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}
