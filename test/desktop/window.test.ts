/** The real shell with the real workbench behind it: what a person sees in the first seconds. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HomePage, Window } from '../browser/page-objects.ts';
import { type Desktop, electron, openDesktop, removeFolders, titled } from './stage.ts';

describe.skipIf(electron === undefined)(titled('the window'), () => {
  let desktop: Desktop;
  beforeAll(async () => {
    desktop = await openDesktop();
  });
  afterAll(async () => {
    await desktop?.close();
    if (desktop !== undefined) removeFolders(desktop.dir);
  });

  test('opens on Home and shows rows as they are written, over the MessagePort', async () => {
    const window = new Window(desktop.page);
    await window.heading('Home').waitFor();
    const home = new HomePage(desktop.page);
    await expect.poll(() => home.rowsWritten(), { timeout: 30_000 }).toBeGreaterThan(0);
    const before = (await home.rowsWritten())!;
    await expect.poll(() => home.rowsWritten(), { timeout: 10_000 }).toBeGreaterThan(before);
  });
});
