/** The native menu: what every program has, and the way to the workspace, the log and back. Pages are the palette's. */
import { app, type BrowserWindow, Menu, type MenuItemConstructorOptions, shell } from 'electron';
import { showAbout } from './about.ts';

interface MenuOptions {
  /** The window, opened when there is none. */
  readonly show: (place?: string) => BrowserWindow;
  readonly workspaceDir: string;
  readonly logFile: string;
}

export function setMenu(options: MenuOptions): void {
  const isMac = process.platform === 'darwin';
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [program(options)] : []),
    file(options, isMac),
    { role: 'editMenu' },
    view(),
    go(options, isMac),
    { role: 'windowMenu' },
    help(options, isMac),
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

/** macOS alone: what its first menu has, with our own about box. */
function program(options: MenuOptions): MenuItemConstructorOptions {
  return {
    label: app.name,
    submenu: [
      about(options),
      { type: 'separator' },
      { role: 'services' },
      { type: 'separator' },
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      { type: 'separator' },
      { role: 'quit' },
    ],
  };
}

function about({ show }: MenuOptions): MenuItemConstructorOptions {
  return { id: 'about', label: 'About Mercury Workbench', click: () => void showAbout(show()) };
}

function file({ workspaceDir }: MenuOptions, isMac: boolean): MenuItemConstructorOptions {
  return {
    label: '&File',
    submenu: [
      { id: 'open-workspace', label: 'Open Workspace Folder', click: () => void shell.openPath(workspaceDir) },
      { type: 'separator' },
      { role: isMac ? 'close' : 'quit' },
    ],
  };
}

function view(): MenuItemConstructorOptions {
  return {
    label: '&View',
    submenu: [
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      { type: 'separator' },
      { role: 'togglefullscreen' },
      { type: 'separator' },
      { role: 'reload' },
      ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' as const }]),
    ],
  };
}

function go({ show }: MenuOptions, isMac: boolean): MenuItemConstructorOptions {
  const history = (): Electron.NavigationHistory => show().webContents.navigationHistory;
  const arrow = (name: string): string => (isMac ? `Cmd+${name === 'Left' ? '[' : ']'}` : `Alt+${name}`);
  return {
    label: '&Go',
    submenu: [
      { id: 'back', label: 'Back', accelerator: arrow('Left'), click: () => history().goBack() },
      { id: 'forward', label: 'Forward', accelerator: arrow('Right'), click: () => history().goForward() },
      { type: 'separator' },
      { id: 'home', label: 'Home', accelerator: 'CmdOrCtrl+Shift+H', click: () => void show('#/home') },
    ],
  };
}

function help(options: MenuOptions, isMac: boolean): MenuItemConstructorOptions {
  return {
    role: 'help',
    submenu: [
      { id: 'show-log', label: 'Show Log File', click: () => shell.showItemInFolder(options.logFile) },
      ...(isMac ? [] : [{ type: 'separator' as const }, about(options)]),
    ],
  };
}
