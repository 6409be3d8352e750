/** When there can be a window, where its program is, and that it ends with its starter. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { findElectron, runDesktop, whyNoWindow } from './desktop.ts';

const dir = mkdtempSync(join(tmpdir(), 'mercury-window-'));
afterAll(() => rmSync(dir, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());
const never = new AbortController().signal;

test.skipIf(process.platform !== 'linux')('a window needs a display and a user that is not root', () => {
  expect(whyNoWindow({ DISPLAY: ':0' }, 1000)).toBeUndefined();
  expect(whyNoWindow({ WAYLAND_DISPLAY: 'wayland-0' }, 1000)).toBeUndefined();
  expect(whyNoWindow({ DISPLAY: '' }, 1000)).toBe('there is no display');
  expect(whyNoWindow({ DISPLAY: ':0' }, 0)).toMatch('root');
});

test.skipIf(process.platform === 'win32')(
  'the program is found, given its folders, and ended with its starter',
  async () => {
    const said = join(dir, 'said');
    const executable = join(dir, 'electron');
    writeFileSync(
      executable,
      `#!/bin/sh\ntrap 'exit 7' TERM\necho "$MERCURY_STATE $MERCURY_WORKSPACE" > ${said}\nwhile :; do sleep 0.05; done\n`,
    );
    chmodSync(executable, 0o755);
    vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', dir);
    expect(await findElectron(never)).toBe(executable);
    const stop = new AbortController();
    const code = runDesktop({ executable, state: 'the-state', workspace: 'the-workspace', stop: stop.signal });
    await vi.waitFor(() => expect(readFileSync(said, 'utf8')).toBe('the-state the-workspace\n'));
    stop.abort();
    expect(await code).toBe(7);
  },
);

test('a folder without the program is not a reason to fetch one', async () => {
  vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', join(dir, 'none'));
  expect(await findElectron(never)).toBeUndefined();
});
