/**
 * Electron's security checklist where it shows at run time; numbers as in electron/security.test.ts. The stand-in keeps
 * permission handlers without asking them, so there they are asked by the test.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Desktop, electron, openDesktop, removeFolders, titled } from './stage.ts';

describe.skipIf(electron === undefined)(titled('the shell keeps the page in'), () => {
  let desktop: Desktop;
  beforeAll(async () => {
    desktop = await openDesktop();
    // Nothing of this test opens a real browser.
    await desktop.app.evaluate(({ shell }) => {
      const opened: string[] = [];
      Object.assign(globalThis, { opened });
      shell.openExternal = async (url) => void opened.push(url);
    });
  });
  afterAll(async () => {
    await desktop?.close();
    if (desktop !== undefined) removeFolders(desktop.dir);
  });

  const address = (): Promise<string> =>
    desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.webContents.getURL());
  const opened = (): Promise<string[]> =>
    desktop.app.evaluate(() => (globalThis as unknown as { opened: string[] }).opened);

  test('2, 3, 20: no Node and no Electron in the page, one function of ours', async () => {
    const found = await desktop.page.evaluate(() => {
      const page = globalThis as unknown as Record<string, unknown>;
      const names = ['require', 'process', 'Buffer', 'module', 'electron', 'ipcRenderer'];
      return {
        foreign: names.filter((name) => page[name] !== undefined),
        ours: Object.keys(page.mercuryDesktop as object),
      };
    });
    expect(found).toEqual({ foreign: [], ours: ['requestPort'] });
  });

  test('3, 4: the window is made with isolation, sandbox and no Node', async () => {
    // Public in effect, though Electron's types leave it out.
    const preferences = await desktop.app.evaluate(({ BrowserWindow }) => {
      const { webContents } = BrowserWindow.getAllWindows()[0]!;
      return (webContents as unknown as { getLastWebPreferences(): object }).getLastWebPreferences();
    });
    expect(preferences).toMatchObject({ contextIsolation: true, sandbox: true, nodeIntegration: false });
    expect(preferences).not.toHaveProperty('webSecurity', false);
  });

  test('5: permissions are denied, save copying text from our own page', async () => {
    if (electron!.isStandIn) {
      expect(await askStoredHandlers(desktop)).toEqual({
        camera: false,
        copy: true,
        copyElsewhere: false,
        checked: [false, true, false],
      });
      return;
    }
    expect(await desktop.page.evaluate(() => Notification.requestPermission())).toBe('denied');
    const camera = desktop.page.evaluate(() => navigator.mediaDevices.getUserMedia({ video: true }));
    await expect(camera).rejects.toThrow();
  });

  test('7: the policy comes with the page; an inline script does not run', async () => {
    const found = await desktop.page.evaluate(async () => {
      const violated = new Promise<string>((resolve) => {
        document.addEventListener('securitypolicyviolation', (event) => resolve(event.violatedDirective), {
          once: true,
        });
      });
      const script = document.createElement('script');
      script.textContent = 'globalThis.inlineRan = true';
      document.head.append(script);
      const { headers } = await fetch('/');
      return {
        violated: await violated,
        ran: 'inlineRan' in globalThis,
        policy: headers.get('content-security-policy'),
      };
    });
    expect(found).toMatchObject({ violated: 'script-src-elem', ran: false });
    expect(found.policy).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(found.policy).not.toMatch(/script-src[^;]*unsafe|connect-src[^;]*(\*|http|ws:)/);
  });

  test('7: eval is blocked', async () => {
    // `page.evaluate` itself is not bound by the policy; a timer's text is.
    const ran = await desktop.page.evaluate(
      () =>
        new Promise((resolve) => {
          document.addEventListener('securitypolicyviolation', () => resolve('evalRan' in globalThis), { once: true });
          setTimeout('globalThis.evalRan = true' as unknown as () => void, 0);
        }),
    );
    expect(ran).toBe(false);
  });

  test('18: the scheme serves the built page and nothing beside it', async () => {
    const statuses = await desktop.page.evaluate(() =>
      Promise.all(
        ['/', '/mercury.svg', '/..%2f..%2fpackage.json', '/../electron/main.js', '/%2fetc%2fpasswd'].map(
          async (path) => (await fetch(path)).status,
        ),
      ),
    );
    expect(statuses).toEqual([200, 200, 404, 404, 404]);
    expect(await address()).toMatch(/^app:\/\/workbench\//);
  });

  test('13, 15: leaving is prevented; a web page goes to the system’s browser', async () => {
    const before = await address();
    await desktop.page.evaluate(() => location.assign('https://example.com/left'));
    await expect.poll(opened).toContain('https://example.com/left');
    await desktop.page.evaluate(() => location.assign('http://127.0.0.1:1/'));
    await expect.poll(() => log(desktop)).toContain('http://127.0.0.1:1/');
    expect(await address()).toBe(before);
    expect(await opened()).toEqual(['https://example.com/left']);
  });

  test('17: a sender that is not our page in the main frame gets no port', async () => {
    const answered = await desktop.app.evaluate(({ ipcMain, BrowserWindow }) => {
      const answers: string[] = [];
      const { url } = BrowserWindow.getAllWindows()[0]!.webContents.mainFrame;
      const senders = [
        ['gone', null],
        ['foreign', { url: 'https://example.com/', parent: null }],
        ['alike', { url: 'app://workbench.example.com/', parent: null }],
        ['embedded', { url, parent: { url } }],
        ['ours', { url, parent: null }],
      ] as const;
      for (const [name, senderFrame] of senders) {
        const sender = { postMessage: () => answers.push(name), once: () => {} };
        ipcMain.emit('mercury:request-port', { sender, senderFrame });
      }
      return answers;
    });
    expect(answered).toEqual(['ours']);
    expect(await log(desktop)).toContain('refused mercury:request-port from https://example.com/');
  });

  // Last, since the stand-in's page may stand still after a refused window.
  test('14, 15: no second window; the address goes to the system’s browser', async () => {
    await desktop.page.evaluate(() => void setTimeout(() => window.open('https://example.com/opened')));
    await expect.poll(opened).toContain('https://example.com/opened');
    expect(await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
    expect((await opened()).filter((url) => !url.startsWith('https:'))).toEqual([]);
  });
});

async function log({ dir }: Desktop): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  return readFile(`${dir}/state/workbench.log`, 'utf8');
}

function askStoredHandlers({ app }: Desktop) {
  return app.evaluate(({ session, BrowserWindow }) => {
    type Ask = (contents: unknown, permission: string, answer: (is: boolean) => void, details: object) => void;
    type Check = (contents: unknown, permission: string, origin: string) => boolean;
    const stored = session.defaultSession as unknown as {
      permissionRequestHandler: Ask;
      permissionCheckHandler: Check;
    };
    const ours = BrowserWindow.getAllWindows()[0]!.webContents.getURL();
    const ask = (permission: string, requestingUrl: string): boolean => {
      let answer = true;
      stored.permissionRequestHandler(null, permission, (is) => (answer = is), { requestingUrl, isMainFrame: true });
      return answer;
    };
    const copying = 'clipboard-sanitized-write';
    const check = (permission: string, origin: string) => stored.permissionCheckHandler(null, permission, origin);
    return {
      camera: ask('media', ours),
      copy: ask(copying, ours),
      copyElsewhere: ask(copying, 'https://example.com/'),
      checked: [check('geolocation', ours), check(copying, ours), check(copying, 'https://example.com')],
    };
  });
}
