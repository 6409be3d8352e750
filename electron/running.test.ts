/** What is shown outside the window, as Electron is told it: the stand-in has no tray and no dock to look at. */
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Snapshot } from '#core/contract/live.ts';
import type { PipelineStatus } from '#core/contract/pipeline.ts';
import { Live } from '#core/monitor/live.ts';
import { type Running, showRunning } from './running.ts';

interface Item {
  readonly label: string;
  readonly click: () => void;
}

const shell = vi.hoisted(() => {
  class Tray {
    readonly image: string;
    toolTip = '';
    menu: readonly unknown[] = [];
    onClick = (): void => {};
    constructor(image: string) {
      this.image = image;
      seen.trays.push(this);
    }
    setToolTip(text: string): void {
      this.toolTip = text;
    }
    setContextMenu(menu: readonly unknown[]): void {
      this.menu = menu;
    }
    on(_event: 'click', listener: () => void): void {
      this.onClick = listener;
    }
    destroy(): void {
      seen.trays.splice(seen.trays.indexOf(this), 1);
    }
  }
  const seen = { Tray, trays: [] as Tray[], badge: 0 };
  return seen;
});
vi.mock('electron', () => ({
  app: { setBadgeCount: (count: number) => (shell.badge = count) },
  Menu: { buildFromTemplate: (items: readonly unknown[]) => items },
  Tray: shell.Tray,
}));

const asked: string[] = [];
let states: Readonly<Record<string, PipelineStatus['state']>>;
let live: Live;
let running: Running;

beforeEach(() => {
  vi.spyOn(process, 'platform', 'get').mockReturnValue('linux');
  asked.length = 0;
  states = {};
  live = new Live(() => {
    const pipelines = Object.entries(states).map(([name, state]) => ({ name, state }));
    return { pipelines } as Partial<Snapshot> as Snapshot;
  });
  const [onOpen, onQuit] = ['open', 'quit'].map((what) => () => asked.push(what));
  running = showRunning({ live, shellDir: '/shell', onOpen: onOpen!, onQuit: onQuit! });
});
afterEach(() => {
  running.close();
  vi.restoreAllMocks();
});

async function become(next: typeof states): Promise<void> {
  states = next;
  live.changed();
  const active = Object.keys(next).filter((name) => !['stopped', 'failed'].includes(next[name]!));
  await vi.waitFor(() => expect(running.pipelines()).toEqual(active));
}

test('a tray icon and a badge while pipelines run, and the way back and out', async () => {
  await become({ flights: 'stopped', orders: 'failed' });
  expect([shell.trays, shell.badge]).toEqual([[], 0]);
  await become({ flights: 'running', orders: 'failed' });
  expect(shell.trays).toMatchObject([
    { image: join('/shell', 'tray.png'), toolTip: 'Mercury Workbench: flights running' },
  ]);
  expect(shell.badge).toBe(1);
  const [tray] = shell.trays;
  for (const { click } of tray!.menu as Item[]) click();
  tray!.onClick();
  expect(asked).toEqual(['open', 'quit', 'open']);
  await become({ flights: 'running', orders: 'retrying' });
  expect(shell.trays).toEqual([tray]);
  expect([tray!.toolTip, shell.badge]).toEqual(['Mercury Workbench: 2 pipelines running', 2]);
  await become({ flights: 'stopped' });
  expect([shell.trays, shell.badge]).toEqual([[], 0]);
});

test('closing takes the icon away; macOS has the dock instead', async () => {
  await become({ flights: 'running' });
  running.close();
  expect([shell.trays, shell.badge, running.pipelines()]).toEqual([[], 0, []]);
  vi.spyOn(process, 'platform', 'get').mockReturnValue('darwin');
  running = showRunning({ live, shellDir: '/shell', onOpen: () => {}, onQuit: () => {} });
  await become({ flights: 'running' });
  expect([shell.trays, shell.badge]).toEqual([[], 1]);
});
