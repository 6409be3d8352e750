/** Journals of every version there was: each is read for as long as the product lives. A fixture is never changed. */
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { RegistryStore } from './store.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'registry-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

it('reads version 1', async () => {
  const fixture = new URL('fixtures/registry-1.journal', import.meta.url);
  await copyFile(fixture, join(dataDir, 'registry.journal'));
  const store = new RegistryStore(dataDir);
  try {
    const { state } = store;
    expect(state.subjects('all')).toEqual(['hidden', 'leg', 'legs-value', 'proto']);
    expect(state.subjects('active')).toEqual(['leg', 'legs-value', 'proto']);
    expect(state.schema(1)?.schema).toContain('"default":9007199254740993');
    expect(state.schema(2)?.references).toEqual([{ name: 'air.Leg', subject: 'leg', version: 1 }]);
    expect(state.schema(3)).toBeUndefined();
    expect(state.schema(4)?.metadata).toEqual({ properties: { owner: 'ops' } });
    expect(state.schema(5)?.schemaType).toBe('PROTOBUF');
    expect(state.nextId).toBe(6);
    expect(state.config('leg')).toEqual({ compatibilityLevel: 'FULL_TRANSITIVE', normalize: true });
    expect(store.mode('leg')).toBe('READONLY');
  } finally {
    store.close();
  }
});
