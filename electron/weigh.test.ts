/** The weight of a packed folder by its parts. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { installersIn, weigh } from './weigh.ts';

const output = mkdtempSync(join(tmpdir(), 'mercury-weigh-'));
afterAll(() => rmSync(output, { recursive: true }));

function write(path: string, megabytes: number): void {
  const file = join(output, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, new Uint8Array(megabytes * 1e6));
}

test.each(['linux-unpacked/resources', 'mac-arm64/Mercury Workbench.app/Contents/Resources'])('%s', (resources) => {
  const [folder] = resources.split('/');
  write(`${folder}/electron`, 5);
  write(`${resources}/app.asar`, 2);
  write(`${resources}/app.asar.unpacked/node_modules/@duckdb/a.node`, 3);
  write(`${resources}/app.asar.unpacked/node_modules/@duckdb/b/c.so`, 1);
  write(`${resources}/app.asar.unpacked/config/example.yaml`, 1);
  write('mercury-workbench-1.0.0-linux-x64.deb', 4);
  expect(weigh(output)).toEqual([
    { part: 'Electron', megabytes: 5 },
    { part: '@duckdb', megabytes: 4 },
    { part: 'bundle, page and plain packages (app.asar)', megabytes: 2 },
    { part: 'config/', megabytes: 1 },
    { part: 'all', megabytes: 12 },
  ]);
  expect(installersIn(output)).toEqual([{ part: 'mercury-workbench-1.0.0-linux-x64.deb', megabytes: 4 }]);
  rmSync(join(output, folder!), { recursive: true });
});
