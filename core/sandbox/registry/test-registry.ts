/** For tests: a registry on a folder of its own and a short way to ask it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRegistry } from './registry.ts';

export interface TestRegistry {
  readonly url: string;
  readonly dataDir: string;
  call(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>;
  /** The body of an answer that must be 200. */
  value(method: string, path: string, body?: unknown): Promise<unknown>;
  /** The `error_code` of a refusal. */
  code(method: string, path: string, body?: unknown): Promise<number>;
  /** Closes it and opens it again on the same folder. */
  reopen(): Promise<void>;
  close(): Promise<void>;
}

export async function openTestRegistry(): Promise<TestRegistry> {
  const dataDir = await mkdtemp(join(tmpdir(), 'registry-'));
  let registry = await openRegistry({ dataDir });

  async function call(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
    const headers = { 'content-type': 'application/vnd.schemaregistry.v1+json' };
    const content = body === undefined ? {} : { headers, body: JSON.stringify(body) };
    const response = await fetch(`${registry.url}${path}`, { method, ...content });
    return { status: response.status, body: await response.json() };
  }

  return {
    get url() {
      return registry.url;
    },
    dataDir,
    call,
    async value(method, path, body) {
      const answer = await call(method, path, body);
      if (answer.status === 200) return answer.body;
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    },
    async code(method, path, body) {
      const answer = await call(method, path, body);
      return (answer.body as { error_code: number }).error_code;
    },
    async reopen() {
      await registry.close();
      registry = await openRegistry({ dataDir });
    },
    async close() {
      await registry.close();
      await rm(dataDir, { recursive: true });
    },
  };
}
