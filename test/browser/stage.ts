/** A browser for a test file and, for each test, a fake workbench with a page on it; errors of the page fail the test. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { buildPage } from './built-page.ts';
import { launchChromium } from './chromium.ts';
import { type FakeHost, openFakeHost } from './fake-host.ts';
import type { Scenario } from './fake-snapshots.ts';
import { FakeWorkbench, fakeRouter } from './fake-workbench.ts';
import { Window } from './page-objects.ts';

export interface Stage {
  readonly workbench: FakeWorkbench;
  readonly host: FakeHost;
  readonly page: Page;
  readonly window: Window;
}

interface OpenStage extends Stage {
  readonly context: BrowserContext;
  readonly errors: string[];
}

const viewport = { width: 1440, height: 900 };

/** Called once at the top of a test file; what it returns opens a page at `hash`. */
export function stageForEachTest(): (scenario: Scenario, hash: string) => Promise<Stage> {
  let browser: Browser;
  let open: OpenStage | undefined;
  beforeAll(async () => {
    [browser] = await Promise.all([launchChromium(), buildPage()]);
  });
  afterEach(async () => {
    const stage = open;
    open = undefined;
    await stage?.context.close();
    await stage?.host.close();
    expect(stage?.errors ?? []).toEqual([]);
  });
  afterAll(() => browser?.close());
  return async (scenario, hash) => {
    open = await openStage(browser, scenario, hash);
    return open;
  };
}

async function openStage(browser: Browser, scenario: Scenario, hash: string): Promise<OpenStage> {
  const workbench = new FakeWorkbench(scenario);
  const host = await openFakeHost(fakeRouter(workbench));
  const context = await browser.newContext({ viewport, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const window = new Window(page);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !isExpected(message.text())) errors.push(message.text());
  });
  await window.open(host.url, hash);
  return { workbench, host, context, page, window, errors };
}

/** What a browser itself writes when a test cuts the connection, or a script off. */
const expected = [
  'WebSocket connection to',
  'net::ERR_CONNECTION_REFUSED',
  'Failed to fetch dynamically imported module',
];

function isExpected(text: string): boolean {
  return expected.some((words) => text.includes(words));
}

/** Playwright's locators wait; this waits for anything else. */
export function eventually(check: () => Promise<void> | void): Promise<void> {
  return expect.poll(async () => capture(check), { timeout: 10_000, interval: 50 }).toBe('done');
}

async function capture(check: () => Promise<void> | void): Promise<string> {
  try {
    await check();
    return 'done';
  } catch (error) {
    return String(error);
  }
}
