/** Shows outside the window what runs: the number on the dock icon, and a tray icon while pipelines run. */
import { join } from 'node:path';
import { app, Menu, Tray } from 'electron';
import type { Workbench } from '#core/workbench.ts';

interface RunningOptions {
  readonly live: Workbench['live'];
  readonly shellDir: string;
  readonly onOpen: () => void;
  readonly onQuit: () => void;
}

export interface Running {
  /** Names of the pipelines that would have to stop. */
  pipelines(): readonly string[];
  close(): void;
}

export function showRunning(options: RunningOptions): Running {
  const ending = new AbortController();
  let names: readonly string[] = [];
  let tray: Tray | undefined;
  const show = (): void => {
    app.setBadgeCount(names.length);
    if (process.platform === 'darwin') return;
    if (names.length === 0) {
      tray?.destroy();
      tray = undefined;
      return;
    }
    tray ??= createTray(options);
    tray.setToolTip(`Mercury Workbench: ${names.length === 1 ? names[0] : `${names.length} pipelines`} running`);
  };
  void (async () => {
    for await (const { pipelines } of options.live.watch(ending.signal)) {
      const next = pipelines.filter(({ state }) => state !== 'stopped' && state !== 'failed').map(({ name }) => name);
      const isSame = next.join() === names.join();
      names = next;
      if (!isSame) show();
    }
  })();
  return {
    pipelines: () => names,
    close: () => {
      ending.abort();
      names = [];
      show();
    },
  };
}

function createTray({ shellDir, onOpen, onQuit }: RunningOptions): Tray {
  const tray = new Tray(join(shellDir, 'tray.png'));
  const items = [
    { label: 'Open Mercury Workbench', click: onOpen },
    { label: 'Quit', click: onQuit },
  ];
  tray.setContextMenu(Menu.buildFromTemplate(items));
  tray.on('click', onOpen);
  return tray;
}
