/** A window comes back where it was, if that can be seen. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { writeStateFile } from '#core/workspace/state-file.ts';
import { readWindowState } from './window-state.ts';

const dir = mkdtempSync(join(tmpdir(), 'mercury-window-'));
afterAll(() => rmSync(dir, { recursive: true }));
const screen = { x: 0, y: 0, width: 1920, height: 1080 };
const state = { bounds: { x: 100, y: 50, width: 1200, height: 800 }, isMaximized: true };
const write = (content: unknown): void => writeStateFile(join(dir, 'window.json'), content);

test('the window comes back where it was, unless that screen is gone', () => {
  expect(readWindowState(dir, [screen])).toBeUndefined();
  write(state);
  expect(readWindowState(dir, [screen])).toEqual(state);
  write({ ...state, bounds: { ...state.bounds, x: 4000 } });
  expect(readWindowState(dir, [screen])).toBeUndefined();
  expect(readWindowState(dir, [screen, { ...screen, x: 3840 }])?.bounds.x).toBe(4000);
});

test('a file of another form is left out', () => {
  write({ bounds: { x: 0, y: 0, width: 1, height: 1 }, isMaximized: false });
  expect(readWindowState(dir, [screen])).toBeUndefined();
});
