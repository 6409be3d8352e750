/** The real thing in a real browser: `mercury start`, its page, rows that arrive; processes killed while someone watches. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from './chromium.ts';
import { HomePage, PipelinesPage, TopicsPage, Window } from './page-objects.ts';

const dir = mkdtempSync(join(tmpdir(), 'mercury-main-job-'));
const mercury = join(import.meta.dirname, '../../bin/mercury');
let program: ChildProcess;
let browser: Browser;
let page: Page;
let window: Window;
let home: HomePage;
const errors: string[] = [];
const said: string[] = [];

/** Each test goes on where the one before it ended. */
describe('in this order', { shuffle: false }, () => {
  beforeAll(async () => {
    program = spawn(process.execPath, [mercury, 'start', '--browser'], {
      env: {
        ...process.env,
        MERCURY_STATE: join(dir, 'state'),
        MERCURY_WORKSPACE: join(dir, 'workspace'),
        MERCURY_CACHE: join(tmpdir(), 'mercury-test-cache'),
      },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [line] = (await once(createInterface({ input: program.stdout! }), 'line')) as [string];
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => said.push(message.text()));
    window = new Window(page);
    home = new HomePage(page);
    await page.goto(line.match(/http:\S+/)![0]);
  });
  afterAll(async () => {
    await browser?.close();
    program.kill('SIGTERM');
    const [code] = (await once(program, 'exit')) as [number];
    rmSync(dir, { recursive: true, force: true });
    expect(code).toBe(0);
    expect(errors).toEqual([]);
  });

  async function moreRows(): Promise<void> {
    const before = (await home.rowsWritten()) ?? 0;
    await expect.poll(() => home.rowsWritten(), { timeout: 30_000 }).toBeGreaterThan(before);
  }

  test('rows arrive on Home, and the token is not in the address', async () => {
    await window.heading('Home').waitFor();
    await moreRows();
    expect(page.url()).not.toMatch(/token/);
    expect(await home.stages().textContent()).toMatch(/flights[\s\S]*Avro[\s\S]*arrival-delay[\s\S]*postgres/);
  });

  test('the page is the one that users get, though a test had it built', () => {
    expect(said.filter((text) => text.includes('React DevTools'))).toEqual([]);
  });

  test('the newest records of the topic are shown decoded', async () => {
    await window.goTo('Topics');
    const records = await new TopicsPage(page).openTopic('flights');
    await records.row(0).waitFor();
    await records.inspect(0);
    expect(await records.inspector.textContent()).toMatch(/flight_id[\s\S]*carrier[\s\S]*origin/);
  });

  test('a killed pipeline is told on screen and rows arrive again', async () => {
    await window.goTo('Home');
    const row = home.process('pipeline flights-to-postgres');
    const pid = Number(await row.getByRole('cell').nth(2).textContent());
    process.kill(pid, 'SIGKILL');
    await page
      .getByText(/SIGKILL/)
      .first()
      .waitFor({ timeout: 20_000 });
    await moreRows();
  });

  test('stop and start from the page', async () => {
    await window.goTo('Pipelines');
    await new PipelinesPage(page).openPipeline('flights-to-postgres');
    await page.getByRole('button', { name: 'Stop', exact: true }).first().click();
    await page.getByRole('button', { name: 'Start', exact: true }).first().click({ timeout: 30_000 });
    await window.goTo('Home');
    await moreRows();
  });
});
