/** The one place that makes windows: every one is isolated, sandboxed and without Node. */
import { join } from 'node:path';
import { BrowserWindow, nativeTheme, screen } from 'electron';
import { channels } from './channels.ts';
import { pageUrl } from './origin.ts';
import { keepWindowState, readWindowState } from './window-state.ts';

const firstSize = { width: 1440, height: 900 };
const smallestSize = { minWidth: 900, minHeight: 600 };
/** The page's own ground (`--bg`), so that the window does not flash before the first paint. */
const ground = { dark: '#0d1216', light: '#f5f7f9' };

export interface WindowOptions {
  readonly shellDir: string;
  readonly stateDir: string;
  /** Where in the page to begin, from `#` on. */
  readonly place: string | undefined;
  readonly log: (line: string) => void;
}

export function openWindow({ shellDir, stateDir, place, log }: WindowOptions): BrowserWindow {
  const state = readWindowState(
    stateDir,
    screen.getAllDisplays().map(({ workArea }) => workArea),
  );
  const window = new BrowserWindow({
    ...firstSize,
    ...state?.bounds,
    ...smallestSize,
    title: 'Mercury Workbench',
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? ground.dark : ground.light,
    webPreferences: {
      preload: join(shellDir, 'preload.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    },
  });
  if (state?.isMaximized === true) window.maximize();
  keepWindowState(window, stateDir);
  window.once('ready-to-show', () => window.show());
  void window.loadURL(pageUrl(place)).catch((error: unknown) => log(`loading the page: ${String(error)}`));
  return window;
}

/** Brings the window to the front and, when a place is given, there. */
export function showWindow(window: BrowserWindow, place?: string): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
  if (place !== undefined) go(window, place);
}

function go(window: BrowserWindow, place: string): void {
  const { webContents } = window;
  const send = (): void => webContents.send(channels.go, place);
  // The preload script of a page that is still on its way would miss it.
  if (webContents.isLoading()) webContents.once('did-finish-load', send);
  else send();
}
