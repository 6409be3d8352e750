/**
 * `npm run dev`: Vite serves the page with hot reloading, the shell is built again at each change of its sources and of the
 * core, and Electron is started anew with it. Ends with Electron or with Ctrl-C.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createServer } from 'vite';
import { aborted, stopSignal } from '#core/process/signals.ts';
import { buildShell } from './build.ts';

const root = join(import.meta.dirname, '..');
const settleMs = 300;

const server = await createServer({
  configFile: join(root, 'vite.config.ts'),
  // The page's own origin is not this server's: the client must be told where its socket is.
  server: { host: '127.0.0.1', hmr: { host: '127.0.0.1', protocol: 'ws' } },
});
await server.listen();
const address = `http://127.0.0.1:${server.config.server.port}`;
// Not in this process alone: `electron` as a module is the path of its executable, which it downloads when it is missing.
const executable = createRequire(import.meta.url)('electron') as string;

let app: ChildProcess | undefined;
let isRestarting = false;
let timer: NodeJS.Timeout | undefined;

async function start(): Promise<void> {
  await buildShell();
  app = spawn(executable, [root], { stdio: 'inherit', env: { ...process.env, MERCURY_DEV_SERVER: address } });
  app.once('exit', (code) => {
    if (!isRestarting) process.exit(code ?? 1);
  });
}

async function restart(): Promise<void> {
  isRestarting = true;
  if (app?.kill('SIGTERM') === true) await once(app, 'exit');
  isRestarting = false;
  await start();
}

for (const folder of ['core', 'electron']) {
  watch(join(root, folder), { recursive: true }, (_event, file) => {
    if (file === null || !file.endsWith('.ts') || file.endsWith('.test.ts')) return;
    clearTimeout(timer);
    timer = setTimeout(() => void restart(), settleMs);
  });
}
void aborted(stopSignal()).then(() => app?.kill('SIGTERM'));
await start();
