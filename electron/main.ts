/**
 * The desktop shell's life: one instance for each state directory, the workbench inside this process, one window, and an
 * ordered way out. What each step does is in the files it calls.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, type BrowserWindow, powerMonitor } from 'electron';
import { type Host, openHost, usualPort } from '#core/http/host.ts';
import { openWorkbench, type Workbench } from '#core/workbench.ts';
import { defaultCacheDir, defaultStateDir, defaultWorkspaceDir, shippedDir } from '#core/workspace/paths.ts';
import { announceRuntime, refuseSecond, withdrawRuntime } from '#core/workspace/runtime.ts';
import { placeInArguments, placeOf } from './deep-links.ts';
import { askToStop, tellFailure } from './dialogs.ts';
import { utilityFork } from './fork.ts';
import { systemKeyStore } from './key-store.ts';
import { denyPermissions, lockDown } from './lockdown.ts';
import { openLog } from './log.ts';
import { setMenu } from './menu.ts';
import { registerPageScheme, servePage } from './protocol.ts';
import { Quit } from './quit.ts';
import { reloadAfterCrash } from './renderer-crash.ts';
import { serveRpc } from './rpc.ts';
import { type Running, showRunning } from './running.ts';
import { openWindow, showWindow } from './window.ts';

const lastCloseMs = 5_000;

const stateDir = defaultStateDir();
const workspaceDir = defaultWorkspaceDir();
const shellDir = import.meta.dirname;
mkdirSync(stateDir, { recursive: true, mode: 0o700 });
const log = openLog(stateDir);

let workbench: Workbench | undefined;
let host: Host | undefined;
let running: Running | undefined;
let window: BrowserWindow | undefined;
/** Where to begin: a link may come before there is a window. */
let firstPlace = placeInArguments(process.argv);

const quit = new Quit({
  runningPipelines: () => running?.pipelines() ?? [],
  ask: (pipelines) => askToStop(window, pipelines),
  close: closeAll,
  end: () => app.quit(),
  log: log.write,
});

process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);
app.setName('Mercury Workbench');
// Chromium's files, and with them the lock of the single instance, belong to the state directory.
app.setPath('userData', join(stateDir, 'window'));
app.enableSandbox();
registerPageScheme();
lockDown(app, log.write);

if (app.requestSingleInstanceLock()) start();
else app.exit(0);

function start(): void {
  app.on('second-instance', (_event, args) => visit(placeInArguments(args)));
  app.on('open-url', (event, link) => {
    event.preventDefault();
    visit(placeOf(link));
  });
  app.on('activate', () => visit());
  app.on('before-quit', (event) => quit.hold(event));
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  app.on('child-process-gone', (_event, { type, reason }) => log.write(`${type} process ended: ${reason}`));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.prependListener(signal, () => quit.now());
  if (app.isPackaged) app.setAsDefaultProtocolClient('mercury');
  void app.whenReady().then(open).catch(fail);
}

async function open(): Promise<void> {
  refuseSecond(stateDir);
  denyPermissions();
  const devServer = app.isPackaged ? undefined : process.env.MERCURY_DEV_SERVER;
  const pageDir = join(app.getAppPath(), 'dist', 'renderer');
  servePage(pageDir, devServer);
  workbench = openWorkbench({
    version: app.getVersion(),
    fork: utilityFork(join(shellDir, 'children')),
    workspaceDir,
    stateDir,
    cacheDir: defaultCacheDir(),
    modelsDir: shippedDir('ml-models'),
    builtMs: 0,
    keyWrapper: systemKeyStore(log.write),
    log: log.write,
  });
  announceRuntime(stateDir, null);
  serveRpc(workbench.router, log.write);
  setMenu({ show, workspaceDir, logFile: log.file });
  show(firstPlace);
  workbench.startup.hostReady();
  const { live } = workbench;
  running = showRunning({ live, shellDir, onOpen: () => show(), onQuit: () => app.quit() });
  // Timers of a sleeping machine stand still: what the window shows is old until something changes.
  powerMonitor.on('resume', () => live.changed());
  powerMonitor.on('shutdown', () => quit.now());
  // For programs and for `mercury` commands, which attach to whatever runs on this state directory.
  host = await openHost({ router: workbench.router, version: app.getVersion(), pageDir, preferredPort: usualPort });
  announceRuntime(stateDir, { address: host.address, token: host.token });
}

/** A link that comes before the start waits for it. */
function visit(place?: string): void {
  if (workbench === undefined) firstPlace = place;
  else show(place);
}

/** Brings the window to the front, opens it when there is none. */
function show(place?: string): BrowserWindow {
  if (window !== undefined) {
    showWindow(window, place);
    return window;
  }
  const opened = openWindow({ shellDir, stateDir, place, log: log.write });
  window = opened;
  reloadAfterCrash(opened, log.write);
  // On macOS a program goes on without its window; elsewhere closing the window is quitting.
  if (process.platform !== 'darwin') opened.on('close', (event) => quit.hold(event));
  opened.on('closed', () => {
    window = undefined;
  });
  return opened;
}

async function closeAll(): Promise<void> {
  running?.close();
  await host?.close();
  await workbench?.close();
  withdrawRuntime(stateDir);
}

/** Nothing can be trusted any more: says so, gives the pipelines a moment to drain, ends. */
function fail(error: unknown): void {
  log.write(error instanceof Error ? (error.stack ?? error.message) : String(error));
  tellFailure(error);
  const timeout = new Promise<void>((resolve) => setTimeout(resolve, lastCloseMs));
  void Promise.race([closeAll().catch(() => {}), timeout]).then(() => app.exit(1));
}
