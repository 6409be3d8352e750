/** `mercury start` on folders of its own, and a page on it: for browser tests of the real thing. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Page } from 'playwright-core';
import { launchChromium } from './chromium.ts';

export interface RealWorkbench {
  readonly page: Page;
  readonly workspaceDir: string;
  /** What the page threw. */
  readonly errors: readonly string[];
  /** Answers the program's exit code. */
  close(): Promise<number>;
}

const mercury = join(import.meta.dirname, '../../bin/mercury');

export async function openRealWorkbench(): Promise<RealWorkbench> {
  const dir = mkdtempSync(join(tmpdir(), 'mercury-real-'));
  const workspaceDir = join(dir, 'workspace');
  const program = spawn(process.execPath, [mercury, 'start', '--browser'], {
    env: {
      ...process.env,
      MERCURY_STATE: join(dir, 'state'),
      MERCURY_WORKSPACE: workspaceDir,
      MERCURY_CACHE: join(tmpdir(), 'mercury-test-cache'),
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [line] = (await once(createInterface({ input: program.stdout }), 'line')) as [string];
  const browser = await launchChromium();
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.goto(line.match(/http:\S+/)![0]);
  return {
    page,
    workspaceDir,
    errors,
    async close() {
      await browser.close();
      program.kill('SIGTERM');
      const [code] = (await once(program, 'exit')) as [number];
      rmSync(dir, { recursive: true, force: true });
      return code;
    },
  };
}
