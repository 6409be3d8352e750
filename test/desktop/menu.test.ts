/** The native menu, the about box and what shows outside the window that pipelines run. */
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { HomePage, Window } from '../browser/page-objects.ts';
import { type Desktop, electron, openDesktop, removeFolders, titled } from './stage.ts';

describe.skipIf(electron === undefined)(titled('the menu'), () => {
  let desktop: Desktop;
  beforeAll(async () => {
    desktop = await openDesktop();
    await keepWhatIsOpened(desktop);
  });
  afterAll(async () => {
    await desktop?.close();
    if (desktop !== undefined) removeFolders(desktop.dir);
  });

  test('leads to Home, to the workspace and to the log', async () => {
    await desktop.page.evaluate(() => {
      location.hash = '#/topics';
    });
    await new Window(desktop.page).heading('Topics').waitFor();
    await choose(desktop, 'home');
    await new Window(desktop.page).heading('Home').waitFor();
    await choose(desktop, 'open-workspace');
    await choose(desktop, 'show-log');
    const { opened } = await kept(desktop);
    expect(opened).toEqual([`${desktop.dir}/workspace`, `${desktop.dir}/state/workbench.log`]);
    for (const path of opened) expect(existsSync(path), path).toBe(true);
  });

  test('about says the versions, copies them and opens the licences', async () => {
    for (const response of [0, 1, 2]) {
      await answerNext(desktop, response);
      await choose(desktop, 'about');
    }
    const { said, copied, opened } = await kept(desktop);
    expect(said).toHaveLength(3);
    expect(said[0]).toContain(`Version ${manifest.version}\nElectron `);
    expect(said[0]).toContain('Apache License 2.0');
    expect(copied).toMatch(/^Mercury Workbench\nVersion \d/);
    const licences = opened.slice(-2);
    for (const file of licences) {
      expect(file).toMatch(/third-party-licences\.txt$/);
      expect(existsSync(file), file).toBe(true);
    }
  });

  test('the badge counts the pipelines that run', async () => {
    await expect.poll(() => new HomePage(desktop.page).rowsWritten(), { timeout: 40_000 }).toBeGreaterThan(0);
    await desktop.app.evaluate(({ app }) => {
      Object.assign(globalThis, { badge: undefined });
      app.setBadgeCount = (count) => {
        Object.assign(globalThis, { badge: count });
        return true;
      };
    });
    const badge = () => desktop.app.evaluate(() => (globalThis as unknown as { badge?: number }).badge ?? null);
    await desktop.page.evaluate(() => {
      location.hash = '#/pipelines/flights-to-postgres';
    });
    await desktop.page.getByRole('button', { name: 'Stop', exact: true }).first().click();
    await expect.poll(badge, { timeout: 30_000 }).toBe(0);
    await desktop.page.getByRole('button', { name: 'Start', exact: true }).first().click();
    await expect.poll(badge, { timeout: 30_000 }).toBe(1);
  });
});

interface Kept {
  readonly opened: string[];
  readonly said: string[];
  readonly copied: string;
}

/** Nothing of this test opens a program or waits for a click in a system box. */
async function keepWhatIsOpened({ app }: Desktop): Promise<void> {
  await app.evaluate(({ shell, dialog, clipboard }) => {
    const kept = { opened: [] as string[], said: [] as string[], copied: '', response: 0 };
    Object.assign(globalThis, { kept });
    shell.openPath = async (path) => {
      kept.opened.push(path);
      return '';
    };
    shell.showItemInFolder = (path) => void kept.opened.push(path);
    clipboard.writeText = async (text) => {
      kept.copied = text;
    };
    const answer = async (_window: unknown, options: { detail: string }) => {
      kept.said.push(options.detail);
      return { response: kept.response, checkboxChecked: false };
    };
    dialog.showMessageBox = answer as unknown as typeof dialog.showMessageBox;
  });
}

async function answerNext({ app }: Desktop, response: number): Promise<void> {
  await app.evaluate((_electron, response) => {
    (globalThis as unknown as { kept: { response: number } }).kept.response = response;
  }, response);
}

function kept({ app }: Desktop): Promise<Kept> {
  return app.evaluate(() => (globalThis as unknown as { kept: Kept }).kept);
}

async function choose({ app }: Desktop, id: string): Promise<void> {
  await app.evaluate(({ Menu }, id) => Menu.getApplicationMenu()!.getMenuItemById(id)!.click(), id);
}
