/** Where the window was: read before it opens, written when it moves and closes. A screen that is gone is left out. */
import { join } from 'node:path';
import type { BrowserWindow, Rectangle } from 'electron';
import { z } from 'zod';
import { readStateFile, writeStateFile } from '#core/workspace/state-file.ts';

const writeDelayMs = 500;
/** So much of the window must be on a screen, or it could not be grabbed. */
const visiblePx = 100;

const stateSchema = z.object({
  bounds: z.object({ x: z.int(), y: z.int(), width: z.int().min(400), height: z.int().min(300) }),
  isMaximized: z.boolean(),
});
export type WindowState = z.infer<typeof stateSchema>;

const fileIn = (stateDir: string): string => join(stateDir, 'window.json');

/** Undefined at the first start, and when none of `screens` shows enough of it. */
export function readWindowState(stateDir: string, screens: readonly Rectangle[]): WindowState | undefined {
  const state = readStateFile(fileIn(stateDir), stateSchema);
  return state !== undefined && screens.some((area) => overlaps(state.bounds, area)) ? state : undefined;
}

export function keepWindowState(window: BrowserWindow, stateDir: string): void {
  let timer: NodeJS.Timeout | undefined;
  const write = (): void => {
    clearTimeout(timer);
    if (window.isDestroyed() || window.isMinimized()) return;
    const { x, y, width, height } = window.getNormalBounds();
    const state: WindowState = { bounds: { x, y, width, height }, isMaximized: window.isMaximized() };
    try {
      writeStateFile(fileIn(stateDir), state);
    } catch {
      // On a full disk the window comes back where it was before.
    }
  };
  const writeSoon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(write, writeDelayMs);
  };
  window.on('resize', writeSoon);
  window.on('move', writeSoon);
  window.on('close', write);
  window.on('closed', () => clearTimeout(timer));
}

function overlaps(a: Rectangle, b: Rectangle): boolean {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return width >= visiblePx && height >= visiblePx;
}
