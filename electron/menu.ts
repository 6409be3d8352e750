/** The native menu: what every program has, and the way to the workspace, the log and back. Pages are the palette's. */
import { app, type BrowserWindow, Menu, type MenuItemConstructorOptions, shell } from 'electron';

interface MenuOptions {
  /** The window, opened when there is none. */
  readonly show: (place?: string) => BrowserWindow;
  readonly workspaceDir: string;
  readonly logFile: string;
}

export function setMenu(options: MenuOptions): void {
  app.setAboutPanelOptions({
    applicationName: 'Mercury Workbench',
    applicationVersion: app.getVersion(),
    copyright: 'Apache License 2.0',
    website: '',
  });
  const isMac = process.platform === 'darwin';
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' as const }] : []),
    file(options, isMac),
    { role: 'editMenu' },
    view(),
    go(options, isMac),
    { role: 'windowMenu' },
    help(options, isMac),
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
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

function help({ logFile }: MenuOptions, isMac: boolean): MenuItemConstructorOptions {
  return {
    role: 'help',
    submenu: [
      { id: 'show-log', label: 'Show Log File', click: () => shell.showItemInFolder(logFile) },
      ...(isMac ? [] : [{ type: 'separator' as const }, { role: 'about' as const }]),
    ],
  };
}
