/**
 * `mercury start`: the workbench with its page, what `npm start` runs.
 *
 * Builds what changed, then opens the desktop window where there can be one. Elsewhere it serves the page for a browser and
 * says why, prints the address to open and how long each step took.
 */
import { Command } from 'commander';
import { type Host, openHost, usualPort } from '#core/http/host.ts';
import { nodeFork } from '#core/process/node-fork.ts';
import { aborted, stopSignal } from '#core/process/signals.ts';
import { openWorkbench, type Workbench } from '#core/workbench.ts';
import { defaultCacheDir, defaultStateDir, defaultWorkspaceDir, shippedDir } from '#core/workspace/paths.ts';
import { announceRuntime, refuseSecond, withdrawRuntime } from '#core/workspace/runtime.ts';
import { port } from './arguments.ts';
import { buildPage, buildShell } from './build-page.ts';
import { findElectron, noElectron, runDesktop, whyNoWindow } from './desktop.ts';
import { note, print, seconds } from './output.ts';
import { version } from './version.ts';

interface StartOptions {
  readonly browser?: boolean;
  readonly desktop?: boolean;
  readonly port?: number;
  readonly workspace: string;
  readonly state: string;
}

export function startCommand(): Command {
  return new Command('start')
    .description('start the workbench on the sandbox, in a desktop window or served for a browser')
    .option('--browser', 'serve the page for a browser (the default where no desktop window can be opened)')
    .option('--desktop', 'open the desktop window, whatever this machine seems to be')
    .option('--port <n>', 'port of the page, served for a browser then', port)
    .option('--workspace <dir>', 'folder with pipelines, made at the first start', defaultWorkspaceDir())
    .option('--state <dir>', 'folder for what is local to this machine', defaultStateDir())
    .action(start);
}

async function start(options: StartOptions): Promise<void> {
  const stop = stopSignal();
  const window = await windowOrReason(options, stop);
  if ('reason' in window) return serve(options, window.reason, stop);
  await buildPage();
  await buildShell();
  process.exit(await runDesktop({ ...options, ...window, stop }));
}

/** Where the window's program is, or why there will be none. */
async function windowOrReason(
  options: StartOptions,
  stop: AbortSignal,
): Promise<{ executable: string } | { reason: string }> {
  if (options.browser === true) return { reason: '--browser' };
  if (options.port !== undefined) return { reason: '--port' };
  const reason = options.desktop === true ? undefined : whyNoWindow();
  if (reason !== undefined) return { reason };
  const executable = await findElectron(stop);
  if (executable !== undefined) return { executable };
  if (options.desktop === true) throw noElectron();
  return { reason: 'Electron could not be fetched' };
}

async function serve(options: StartOptions, reason: string, stop: AbortSignal): Promise<void> {
  refuseSecond(options.state);
  const builtMs = await buildPage();
  const workbench = openWorkbench({
    version,
    fork: nodeFork(),
    workspaceDir: options.workspace,
    stateDir: options.state,
    cacheDir: defaultCacheDir(),
    modelsDir: shippedDir('ml-models'),
    builtMs,
    log: note,
  });
  try {
    await serveUntil(stop, workbench, { ...options, builtMs, reason });
  } finally {
    await workbench.close();
    withdrawRuntime(options.state);
  }
  process.exit(0);
}

interface ServeOptions extends StartOptions {
  readonly builtMs: number;
  /** Why there is no window. */
  readonly reason: string;
}

async function serveUntil(stop: AbortSignal, workbench: Workbench, options: ServeOptions): Promise<void> {
  const host = await openHost({
    router: workbench.router,
    version,
    pageDir: shippedDir('dist/renderer'),
    preferredPort: usualPort,
    port: options.port,
  });
  workbench.startup.hostReady();
  announceRuntime(options.state, { address: host.address, token: host.token });
  greet(host, options);
  void reportStart(workbench, stop);
  await aborted(stop);
  note('Stopping: pipelines drain first.');
  await host.close();
}

function greet(host: Host, { builtMs, reason }: ServeOptions): void {
  if (builtMs > 0) note(`Built the page in ${seconds(builtMs)}.`);
  note(`Serving the page for a browser (${reason}).`);
  print(`Mercury Workbench ${version} · open ${host.url}`);
}

/** Prints each mark of the start as it is reached. */
async function reportStart(workbench: Workbench, stop: AbortSignal): Promise<void> {
  let said = 0;
  for await (const { startup, sandbox } of workbench.live.watch(stop)) {
    if (said === 0 && startup.sandboxReadyMs !== null) {
      note(
        `Sandbox ready after ${seconds(startup.sandboxReadyMs)}: Kafka ${sandbox.kafka}, registry ${sandbox.registry}`,
      );
      said = 1;
    }
    if (said === 1 && startup.firstRowMs !== null) {
      note(`First scored row in Postgres after ${seconds(startup.firstRowMs)}.`);
      return;
    }
  }
}
