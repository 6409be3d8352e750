/** The workbench served for a browser as a process of its own, and pages of it in Chromium. */
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { buildPage } from '#core/cli/build-page.ts';
import { firstLine, startMercury, stop } from './mercury.ts';

export interface Served extends AsyncDisposable {
  /** Logs a browser in. */
  readonly url: string;
  /** Calls a method of the API by its path. */
  ask(verb: string, path: string, body?: unknown): Promise<unknown>;
}

/** On folders of its own, with the page built before. `dir`: folders of an earlier start, kept by their maker. */
export async function serveWorkbench(dir?: string): Promise<Served> {
  await buildPage();
  const folder = dir ?? (await mkdtemp(join(tmpdir(), 'mercury-bench-page-')));
  const env = {
    ...process.env,
    MERCURY_STATE: join(folder, 'state'),
    MERCURY_WORKSPACE: join(folder, 'workspace'),
    MERCURY_CACHE: join(folder, 'cache'),
  };
  const child = startMercury(['start', '--browser'], { env });
  const url = new URL(/open (http\S+)/.exec(await firstLine(child))![1]!);
  const headers = { authorization: `Bearer ${url.searchParams.get('token')}`, 'content-type': 'application/json' };
  return {
    url: url.href,
    async ask(verb, path, body) {
      const init = { method: verb, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
      const answer = await fetch(new URL(`/api${path}`, url), init);
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${verb} ${path}: ${answer.status} ${text}`);
      return text === '' ? undefined : JSON.parse(text);
    },
    async [Symbol.asyncDispose]() {
      await stop(child);
      if (dir === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The rows that the sample pipeline has written in this start. */
export async function rowsWritten({ ask }: Served): Promise<number> {
  const pipelines = (await ask('GET', '/pipelines')) as { progress: { written: string } | null }[];
  return pipelines.reduce((sum, { progress }) => sum + Number(progress?.written ?? 0), 0);
}

export async function untilRowsAreWritten(served: Served, atLeast = 1): Promise<void> {
  while ((await rowsWritten(served)) < atLeast) await delay(100);
}

export interface Line extends AsyncDisposable {
  readonly port: number;
  /** From now on nothing reaches the page: its connection stays open and is silent. */
  hold(): void;
}

/** A line to the workbench's port that can be held, without the page or the workbench noticing anything. */
export async function openLine(port: number): Promise<Line> {
  const answers = new Set<Socket>();
  const server = createServer((page) => {
    const host = connect(port, '127.0.0.1');
    answers.add(host);
    page.pipe(host).pipe(page);
    for (const socket of [page, host])
      socket.on('error', () => {}).on('close', () => [page, host].map((s) => s.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as { port: number }).port,
    hold: () => {
      for (const host of answers) host.unpipe().pause();
    },
    async [Symbol.asyncDispose]() {
      for (const host of answers) host.destroy();
      server.close();
    },
  };
}
