/** The packed program as a person starts it, driven from outside: by its page's debugger and by the API for programs. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findRuntime } from '#core/workspace/runtime.ts';
import { end, envOf, newFolders, removeFolders } from './stage.ts';

export interface PackedProcess extends AsyncDisposable {
  /** Where the page's debugger listens. */
  readonly debugger: string;
  /** Calls a method of the API by its path. Throws its error's text. */
  ask(verb: string, path: string): Promise<unknown>;
  /** The first value of the first row; undefined while the statement fails. */
  sql(text: string): Promise<number | undefined>;
}

export async function startPacked(executable: string): Promise<PackedProcess> {
  const dir = newFolders();
  const child = spawn(executable, ['--remote-debugging-port=0'], {
    env: envOf(dir),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const address = await debuggerOf(child);
  const call = async (verb: string, path: string, body?: unknown): Promise<Response> => {
    const host = findRuntime(join(dir, 'state'))?.host;
    if (host == null) throw new Error('the program does not answer yet');
    return fetch(`${host.address}/api${path}`, {
      method: verb,
      headers: { authorization: `Bearer ${host.token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  };
  return {
    debugger: address,
    async ask(verb, path) {
      const answer = await call(verb, path);
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${verb} ${path}: ${answer.status} ${text}`);
      return text === '' ? undefined : JSON.parse(text);
    },
    async sql(text) {
      const queryId = randomUUID();
      // The stream of its progress ends with the query.
      await (await call('POST', '/sql', { sql: text, queryId })).text();
      const answer = await call('GET', `/sql/${queryId}/rows`);
      if (!answer.ok) return undefined;
      const { values } = (await answer.json()) as { values: unknown[][] };
      return values[0]?.[0] === undefined ? undefined : Number(values[0][0]);
    },
    async [Symbol.asyncDispose]() {
      await end(child);
      removeFolders(dir);
    },
  };
}

/** The address it prints once its window can be seen. */
async function debuggerOf(child: ChildProcess): Promise<string> {
  const lines = createInterface({ input: child.stderr! });
  const said: string[] = [];
  const found = new Promise<string>((resolve) => {
    lines.on('line', (line) => {
      said.push(line);
      const address = /^DevTools listening on (ws:\S+)/.exec(line)?.[1];
      if (address !== undefined) resolve(address);
    });
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the packed program ended with ${code}\n${said.slice(-20).join('\n')}`);
  });
  return Promise.race([found, ended]);
}
