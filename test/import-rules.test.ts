/**
 * Who may import whom: each part of `core/` sees what stands left of it, parts of one group do not see each other.
 *
 * The order is the architecture; docs/architecture.md draws it. Tests may import to the right: they prove parts together.
 */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const order = [
  ['contract'],
  ['columns'],
  ['metrics'],
  ['process'],
  ['workspace'],
  ['kafka', 'postgres', 'duckdb', 'registry', 'inference', 'stack'],
  ['serde'],
  ['expression'],
  ['records'],
  ['pipeline'],
  ['sinks'],
  ['sql'],
  ['notebooks'],
  ['monitor'],
  ['jobs', 'handover', 'sandbox'],
  ['children', 'workbench'],
  ['http'],
  ['cli'],
];

/** Libraries with one home: the folders that may import them. */
const homes: Readonly<Record<string, readonly string[]>> = {
  kafkajs: ['core/sandbox/sample'],
  '@kafkajs/confluent-schema-registry': ['core/sandbox/sample'],
  '@platformatic/kafka': ['core/kafka'],
  pg: ['core/postgres'],
  '@duckdb/node-api': ['core/duckdb'],
  'onnxruntime-node': ['core/inference'],
  dockerode: ['core/stack'],
  electron: ['electron'],
};

const root = fileURLToPath(new URL('..', import.meta.url));
const sources = globSync('{core,electron,renderer}/**/*.{ts,tsx}', { cwd: root }).filter(
  (file) => !/\.test(-d)?\.tsx?$|\/(fixtures|test-[a-z-]+)\/|\/test-[a-z-]+\.ts$|conformance\.ts$/.test(file),
);

interface Import {
  readonly from: string;
  readonly to: string;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found = [
    ...text.matchAll(/^(?:import|export)\b[^'";]*?from '([^']+)'|\bimport\('([^']+)'\)|^import '([^']+)'/gm),
  ];
  return found.map((match) => ({ from: file, to: resolveImport(file, (match[1] ?? match[2] ?? match[3])!) }));
}

function resolveImport(file: string, specifier: string): string {
  if (specifier.startsWith('#')) return specifier.slice(1);
  if (specifier.startsWith('.')) return relative(root, join(root, dirname(file), specifier)).replaceAll(sep, '/');
  return `package:${specifier}`;
}

function partOf(path: string): string | undefined {
  return path.match(/^core\/([a-z-]+)/)?.[1];
}

const rank = (part: string): number => order.findIndex((group) => group.includes(part));
const all = sources.flatMap(importsOf);

test('parts of core import only what stands left of them', () => {
  const wrong = all.filter(({ from, to }) => {
    const [importer, imported] = [partOf(from), partOf(to)];
    if (importer === undefined || imported === undefined || importer === imported) return false;
    return rank(imported) >= rank(importer);
  });
  expect(wrong).toEqual([]);
});

test('every part of core has its place in the order', () => {
  const parts = new Set(sources.map(partOf).filter((part) => part !== undefined && part !== 'tsconfig'));
  expect([...parts].filter((part) => rank(part!) < 0)).toEqual([]);
});

test('children are started by name, never imported', () => {
  expect(all.filter(({ to }) => to.startsWith('core/children/'))).toEqual([]);
});

test('the renderer sees types of the contract, and a feature no other feature', () => {
  const feature = (path: string): string | undefined => path.match(/^renderer\/features\/([a-z-]+)/)?.[1];
  const wrong = all.filter(({ from, to }) => {
    if (!from.startsWith('renderer/')) return false;
    if (to.startsWith('core/')) return !to.startsWith('core/contract/');
    const [importer, imported] = [feature(from), feature(to)];
    return importer !== undefined && imported !== undefined && importer !== imported;
  });
  expect(wrong).toEqual([]);
});

test('electron sees the workbench, its ports and the host for programs, nothing else of core', () => {
  const allowed = /^core\/(contract|process|workspace|workbench|http\/(host|page)\.)/;
  expect(
    all.filter(({ from, to }) => from.startsWith('electron/') && to.startsWith('core/') && !allowed.test(to)),
  ).toEqual([]);
});

test('a heavy library is imported in its one home only', () => {
  const wrong = all.filter(({ from, to }) => {
    const name = to.match(/^package:((?:@[^/]+\/)?[^/]+)/)?.[1];
    const home = name === undefined ? undefined : homes[name];
    return home !== undefined && !home.some((folder) => from.startsWith(`${folder}/`));
  });
  expect(wrong).toEqual([]);
});
