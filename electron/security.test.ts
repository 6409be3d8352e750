/**
 * What Electron's security guide asks of the source; numbers are those of its checklist. What shows only at run time is in
 * test/desktop/security.test.ts, the fuses in test/desktop/packed.test.ts.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import manifest from '../package.json' with { type: 'json' };

const root = join(import.meta.dirname, '..');

interface Source {
  readonly file: string;
  readonly text: string;
}

const sources: readonly Source[] = globSync('{electron,renderer}/**/*.{ts,tsx,html}', { cwd: root })
  .filter((file) => !file.endsWith('.test.ts'))
  .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));
const shell = sources.filter(({ file }) => file.startsWith('electron/'));
const textOf = (name: string): string => shell.find(({ file }) => file === `electron/${name}`)!.text;
const filesWith = (pattern: RegExp, among = sources): string[] =>
  among.filter(({ text }) => pattern.test(text)).map(({ file }) => file);

test('1: nothing is loaded over plain HTTP or WebSocket, save from the page’s own host in a browser', () => {
  expect(filesWith(/["'`](http|ws):\/\/(?!www\.w3\.org)/)).toEqual(['electron/dev.ts']);
});

test('2, 3, 4: one window factory, isolated, sandboxed, without Node; the sandbox is on for all before ready', () => {
  expect(filesWith(/new (BrowserWindow|BaseWindow|WebContentsView|BrowserView)\b/)).toEqual(['electron/window.ts']);
  for (const setting of ['contextIsolation: true', 'sandbox: true', 'nodeIntegration: false']) {
    expect(textOf('window.ts')).toContain(setting);
  }
  expect(filesWith(/nodeIntegration\w*: true|contextIsolation: false|sandbox: false|no-sandbox/)).toEqual([]);
  expect(textOf('main.ts')).toMatch(/^app\.enableSandbox\(\);$/m);
});

test('5: requests, checks and devices: all three permission handlers are set', () => {
  for (const name of ['setPermissionRequestHandler', 'setPermissionCheckHandler', 'setDevicePermissionHandler']) {
    expect(textOf('lockdown.ts')).toContain(name);
  }
});

test('6, 8, 9, 10, 11: no setting that opens a door', () => {
  const doors = /webSecurity|allowRunningInsecureContent|experimentalFeatures|enableBlinkFeatures|allowpopups|<webview/;
  expect(filesWith(doors)).toEqual([]);
});

test('12, 13, 14: webviews, leaving and new windows are prevented for every page there will be', () => {
  const text = textOf('lockdown.ts');
  for (const event of ['will-attach-webview', 'will-navigate', 'will-frame-navigate', 'will-redirect']) {
    expect(text).toContain(`'${event}'`);
  }
  expect(text).toContain("{ action: 'deny' }");
  expect(text).not.toContain("action: 'allow'");
});

test('15: one file opens addresses outside, behind the allowlist', () => {
  expect(
    filesWith(/\bopenExternal\(/, shell).filter((file) => /shell\.openExternal/.test(textOf(file.slice(9)))),
  ).toEqual(['electron/open-external.ts']);
});

test('16: one exact version of Electron, kept current by a bot', () => {
  expect(manifest.devDependencies.electron).toMatch(/^\d+\.\d+\.\d+$/);
  expect(readFileSync(join(root, '.github', 'dependabot.yml'), 'utf8')).toContain('package-ecosystem: npm');
});

test('17: one file listens to pages, and checks the sender first', () => {
  expect(filesWith(/\bipcMain\.(on|once|handle|handleOnce)\(|contents\.ipc\b|webContents\.ipc\b/)).toEqual([
    'electron/rpc.ts',
  ]);
  expect(textOf('rpc.ts').match(/ipcMain\.\w+\(/g)).toHaveLength(1);
});

test('18: no file URLs', () => {
  expect(filesWith(/loadFile\(|file:\/\//)).toEqual([]);
});

test('20: the preload script exposes one function and hands out nothing of Electron', () => {
  const text = textOf('preload.ts');
  expect(text.match(/exposeInMainWorld\(/g)).toHaveLength(1);
  expect(text).not.toMatch(/ipcRenderer\.(invoke|sendSync)|\bshell\.|\bprocess\./);
});
