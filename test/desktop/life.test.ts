/** Starts, links, crashes, sleep and the way out, with the real workbench running behind the window. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { isAlive, processStartTime } from '#core/process/start-time.ts';
import { HomePage, Window } from '../browser/page-objects.ts';
import { buildApp } from './built-app.ts';
import { type Desktop, electron, envOf, openDesktop, removeFolders, titled } from './stage.ts';

const canSeeProcesses = process.platform !== 'win32';

describe.skipIf(electron === undefined)(titled('the shell'), { timeout: 90_000 }, () => {
  const open: Desktop[] = [];
  const start = async (options?: Parameters<typeof openDesktop>[0]): Promise<Desktop> => {
    const desktop = await openDesktop(options);
    open.push(desktop);
    return desktop;
  };
  afterEach(async () => {
    for (const desktop of open.splice(0)) {
      await desktop.close();
      removeFolders(desktop.dir);
    }
  });

  test('a link opens the place it names, at the start and in the window that is open', async () => {
    const { app, page } = await start({ args: ['mercury://topics/flights'] });
    await new Window(page).heading('flights').waitFor();
    await app.evaluate(({ app, BrowserWindow }) => {
      BrowserWindow.getAllWindows()[0]!.minimize();
      app.emit('second-instance', {}, ['electron', 'mercury://pipelines'], '');
    });
    await new Window(page).heading('Pipelines').waitFor();
    expect(await page.evaluate(() => location.hash)).toBe('#/pipelines');
    const windows = await app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map((window) => window.isMinimized()),
    );
    expect(windows).toEqual([false]);
    await app.evaluate(({ app }) => app.emit('second-instance', {}, ['electron', 'https://example.com/'], ''));
    expect(await page.evaluate(() => location.hash)).toBe('#/pipelines');
  });

  test('a second start on the same state ends by itself and leaves the first alone', async () => {
    const { page, dir } = await start();
    const second = spawn(electron!.executable, [await buildApp()], {
      env: envOf(dir),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    second.stderr!.on('data', (chunk) => (said += chunk));
    const [code] = (await once(second, 'exit')) as [number];
    // The stand-in gives everybody the lock: there the running program is found by its runtime file.
    expect(code).toBe(electron!.isStandIn ? 1 : 0);
    if (electron!.isStandIn) expect(said).toMatch(/runs already \(process \d+\)/);
    await rowsAreWritten(new HomePage(page));
    expect(existsSync(join(dir, 'state', 'runtime.json'))).toBe(true);
  });

  test('quitting asks while pipelines run; yes drains them, ends every process and remembers', async () => {
    const first = await start();
    const home = new HomePage(first.page);
    await rowsAreWritten(home);
    const processes = canSeeProcesses ? familyOf(first.process.pid!) : [];
    if (canSeeProcesses) expect(processes.length).toBeGreaterThan(5);
    await answerDialogs(first, 1);
    await first.app.evaluate(({ app }) => app.quit());
    await expect.poll(() => dialogs(first)).toEqual(['flights-to-postgres is running. Stop and quit?']);
    await rowsAreWritten(home);

    await first.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]!.setBounds({ x: 60, y: 40, width: 1100, height: 700 }),
    );
    const written = (await home.rowsWritten())!;
    await answerDialogs(first, 0);
    const ended = once(first.process, 'exit');
    // The window's own button asks the same question.
    await first.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.close());
    expect(await ended).toEqual([0, null]);
    await vi.waitFor(
      () => expect(processes.filter(({ pid, startTime }) => isAlive(pid, startTime))).toEqual([]),
      3_000,
    );
    expect(existsSync(join(first.dir, 'state', 'runtime.json'))).toBe(false);

    const again = await start({ dir: first.dir });
    await rowsAreWritten(new HomePage(again.page));
    const bounds = await again.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.getNormalBounds());
    expect(bounds).toMatchObject({ width: 1100, height: 700 });
    expect(written).toBeGreaterThan(0);
  });

  test.skipIf(!canSeeProcesses)('killed, it leaves no process behind', async () => {
    const { process: child, page } = await start();
    await rowsAreWritten(new HomePage(page));
    const children = familyOf(child.pid!).filter(({ command }) => /children|postgres/.test(command));
    expect(children.length).toBeGreaterThan(3);
    child.kill('SIGKILL');
    await vi.waitFor(() => expect(children.filter(({ pid, startTime }) => isAlive(pid, startTime))).toEqual([]), {
      timeout: 5_000,
      interval: 100,
    });
  });

  test('a page that crashes is loaded again with a message; the rest goes on', async () => {
    const desktop = await start();
    await rowsAreWritten(new HomePage(desktop.page));
    await answerDialogs(desktop, 0);
    const session = await desktop.app.context().newCDPSession(desktop.page);
    // Never answered: the process that would is the one that ends.
    void session.send('Page.crash').catch(() => {});
    await expect
      .poll(() => dialogs(desktop), { timeout: 10_000 })
      .toEqual(['The window ended unexpectedly and was loaded again.']);
    await expect.poll(() => rowsShown(desktop), { timeout: 15_000 }).toBeGreaterThan(0);
    const before = await rowsShown(desktop);
    await expect.poll(() => rowsShown(desktop), { timeout: 10_000 }).toBeGreaterThan(before);
  });

  test.skipIf(!canSeeProcesses)('after sleep everything goes on', async () => {
    const { app, process: main, page } = await start();
    const home = new HomePage(page);
    await rowsAreWritten(home);
    const processes = familyOf(main.pid!);
    // The machine's sleep as its processes see it: none of them runs, then all do.
    for (const { pid } of processes) process.kill(pid, 'SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 8_000));
    for (const { pid } of processes.toReversed()) process.kill(pid, 'SIGCONT');
    await app.evaluate(({ powerMonitor }) => powerMonitor.emit('resume'));
    await rowsAreWritten(home);
    expect(await page.getByText('Connection lost').count()).toBe(0);
  });
});

/** More rows than now. */
async function rowsAreWritten(home: HomePage): Promise<void> {
  const before = (await home.rowsWritten()) ?? 0;
  await expect.poll(() => home.rowsWritten(), { timeout: 40_000 }).toBeGreaterThan(before);
}

/** Boxes of the system can't be clicked: they are answered with `response`, and what they said is kept. */
async function answerDialogs({ app }: Desktop, response: number): Promise<void> {
  await app.evaluate(({ dialog }, response) => {
    const said: string[] = [];
    Object.assign(globalThis, { said });
    const answer = async (...args: unknown[]) => {
      said.push((args.at(-1) as { message: string }).message);
      return { response, checkboxChecked: false };
    };
    dialog.showMessageBox = answer as typeof dialog.showMessageBox;
  }, response);
}

function dialogs({ app }: Desktop): Promise<string[]> {
  return app.evaluate(() => (globalThis as unknown as { said: string[] }).said);
}

/** Playwright gives a crashed page up; Electron still talks to it. */
async function rowsShown({ app }: Desktop): Promise<number> {
  const text = await app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]!.webContents.executeJavaScript('document.querySelector("main")?.innerText ?? ""'),
  );
  return Number((/Rows written\s+([\d,]+)/.exec(text as string)?.[1] ?? '0').replaceAll(',', ''));
}

interface Relative {
  readonly pid: number;
  readonly startTime: string | undefined;
  readonly command: string;
}

/** The process and all below it. */
function familyOf(root: number): Relative[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).trim().split('\n');
  const all = lines.map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)!);
  const found = new Set([root]);
  for (let size = 0; size !== found.size; ) {
    size = found.size;
    for (const [, pid, parent] of all) if (found.has(Number(parent))) found.add(Number(pid));
  }
  return all
    .filter(([, pid]) => found.has(Number(pid)))
    .map(([, pid, , command]) => ({ pid: Number(pid), startTime: processStartTime(Number(pid)), command: command! }));
}
