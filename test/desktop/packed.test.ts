/**
 * The packed app: what is in it, how its fuses stand, and that it runs: every child process is started from its archive, and
 * the main job's rows arrive. It is driven from outside, since a packed Electron takes no inspector.
 */
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join, parse, sep } from 'node:path';
import { listPackage, statFile } from '@electron/asar';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nativePackages } from '../../electron/build.ts';
import { licencesFile } from '../../electron/licences.ts';
import manifest from '../../package.json' with { type: 'json' };
import { HomePage } from '../browser/page-objects.ts';
import { type PackedApp, packApp } from './packed-app.ts';
import { startPacked } from './packed-process.ts';
import { electron, titled } from './stage.ts';

const root = join(import.meta.dirname, '../..');

describe.skipIf(electron === undefined)(titled('the packed app'), { timeout: 120_000 }, () => {
  let packed: PackedApp;
  let files: string[];
  beforeAll(async () => {
    packed = await packApp(electron!);
    files = listPackage(packed.archive, { isPack: false }).map((path) => path.replaceAll('\\', '/'));
  }, 300_000);
  afterAll(() => packed?.remove());

  test('holds the bundle, the page, the files it ships and the packages it can’t bundle, nothing else', () => {
    const folders = 'dist/electron|dist/renderer|config|ml-models|compose|core/sandbox/sample/data|node_modules';
    const allowed = new RegExp(
      `^/(package\\.json|LICENSE|core|core/sandbox|core/sandbox/sample|dist|(${folders})(/.*)?)$`,
    );
    expect(files.filter((file) => !allowed.test(file))).toEqual([]);
    for (const file of ['main.js', 'preload.cjs', 'tray.png']) expect(files).toContain(`/dist/electron/${file}`);
    expect(files).toContain('/dist/renderer/index.html');
    for (const bundle of ['electron', 'renderer']) expect(files).toContain(`/dist/${bundle}/${licencesFile}`);
    expect(files).toContain('/ml-models/arrival-delay/model.onnx');
    const foreign = /\.(ts|tsx|map|test\.js)$|\/(tests?|__tests__|fixtures|\.git[^/]*|\.env[^/]*|\.bin)(\/|$)/;
    expect(files.filter((file) => foreign.test(file))).toEqual([]);
  });

  test('brings no package but those it can’t bundle and what they need', () => {
    const found = packagesIn(files);
    const needed = closureOf(nativePackages.flatMap((name) => installed(name)));
    expect(found.filter((name) => !needed.has(name))).toEqual([]);
    expect(
      found.filter((name) => name in manifest.devDependencies || /^node-(bin-)?(linux|darwin|win)/.test(name)),
    ).toEqual([]);
    const onnx = files.filter((file) => /onnxruntime-node\/bin\/[^/]+\/[^/]+\/[^/]+$/.test(file));
    expect(onnx.map((file) => file.split('/').slice(-2).join('/'))).toEqual([`${process.platform}/${process.arch}`]);
  });

  test('keeps native code outside the archive', () => {
    const native = files.filter((file) => /\.(node|so|dylib|dll|exe)(\.\d+)*$/.test(file));
    expect(native.length).toBeGreaterThan(4);
    expect(native.filter((file) => !isUnpacked(packed.archive, file))).toEqual([]);
    for (const file of ['/config/pipelines/flights-to-postgres.yaml', '/ml-models/arrival-delay/model.onnx']) {
      expect(isUnpacked(packed.archive, file), file).toBe(true);
    }
  });

  test('19: the fuses are set', async () => {
    const wire = await getCurrentFuseWire(packed.executable);
    const on = [
      FuseV1Options.EnableCookieEncryption,
      FuseV1Options.EnableEmbeddedAsarIntegrityValidation,
      FuseV1Options.OnlyLoadAppFromAsar,
    ];
    const off = [
      FuseV1Options.RunAsNode,
      FuseV1Options.EnableNodeOptionsEnvironmentVariable,
      FuseV1Options.EnableNodeCliInspectArguments,
      FuseV1Options.LoadBrowserProcessSpecificV8Snapshot,
      FuseV1Options.GrantFileProtocolExtraPrivileges,
    ];
    for (const fuse of on) expect(wire[fuse], FuseV1Options[fuse]).toBe(FuseState.ENABLE);
    for (const fuse of off) expect(wire[fuse], FuseV1Options[fuse]).toBe(FuseState.DISABLE);
  });

  test('starts every child: rows arrive in Postgres and in DuckDB, and the window shows them', async () => {
    // Whoever adds a child proves here that the packed app can start it.
    const proven = ['analytics', 'parity', 'pipeline', 'sandbox'];
    expect(childrenIn(files)).toEqual(proven);
    expect(childrenIn(globSync('core/children/*.ts', { cwd: root }))).toEqual(proven);
    await using app = await startPacked(packed.executable);
    const browser = await chromium.connectOverCDP(app.debugger);
    const context = browser.contexts()[0]!;
    const home = new HomePage(context.pages()[0] ?? (await context.waitForEvent('page')));
    await expect.poll(() => home.rowsWritten(), { timeout: 60_000 }).toBeGreaterThan(0);
    await app.ask('POST', '/pipelines/flights-to-duckdb/start');
    const scored = () => app.sql('SELECT count(*) FROM flights WHERE predicted_arr_delay IS NOT NULL');
    await expect.poll(scored, { timeout: 60_000 }).toBeGreaterThan(0);
    expect(await app.ask('GET', '/models/arrival-delay/parity')).toMatchObject({ differing: 0 });
  });
});

/** Names of the packages whose files these are. */
function packagesIn(files: readonly string[]): string[] {
  const names = files.map((file) => /^.*\/node_modules\/((?:@[^/]+\/)?[^/@][^/]*)\/package\.json$/.exec(file)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

function childrenIn(files: readonly string[]): string[] {
  return files
    .filter((file) => /\/children\/[^/]+\.[jt]s$/.test(file))
    .map((file) => parse(file).name)
    .sort();
}

/** The package, or all that are installed of a scope. */
function installed(name: string): string[] {
  return name.startsWith('@') && !name.includes('/')
    ? readdirSync(join(root, 'node_modules', name)).map((member) => `${name}/${member}`)
    : [name];
}

/** These packages and, through all levels, what they depend on. */
function closureOf(names: readonly string[], found = new Set<string>()): ReadonlySet<string> {
  for (const name of names) {
    const file = join(root, 'node_modules', name, 'package.json');
    if (found.has(name) || !existsSync(file)) continue;
    found.add(name);
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(readFileSync(file, 'utf8'));
    closureOf([...Object.keys(dependencies), ...Object.keys(optionalDependencies)], found);
  }
  return found;
}

/** Whether it lies beside the archive instead of in it. */
function isUnpacked(archive: string, file: string): boolean {
  const entry = statFile(archive, file.slice(1).replaceAll('/', sep), false);
  return 'link' in entry || ('unpacked' in entry && entry.unpacked === true);
}
