/** What the window loads before it shows anything: small, with nothing heavy in it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { buildPage } from './built-page.ts';

const mostBytes = 400_000;

/** Scripts of the page itself and what they import before they run. */
function initialScripts(folder: string): string[] {
  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  const pending = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.js)"/g)].map(([, path]) => path!);
  const found = new Set<string>();
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    if (found.has(path)) continue;
    found.add(path);
    const text = readFileSync(join(folder, path), 'utf8');
    const imports = text.matchAll(/(?:^|[;}])\s*(?:import|export)\s*(?:[\w$*{}\s,]+from\s*)?["']\.\/([^"']+\.js)["']/g);
    pending.push(...[...imports].map(([, name]) => `assets/${name}`));
  }
  return [...found];
}

test('the initial script is at most 400 kB in gzip', async () => {
  const folder = await buildPage();
  const scripts = initialScripts(folder);
  expect(scripts.length).toBeGreaterThan(0);
  const bytes = scripts.reduce((sum, path) => sum + gzipSync(readFileSync(join(folder, path))).length, 0);
  expect(bytes).toBeLessThanOrEqual(mostBytes);
});

test('the editor, the charts and the dock come when they are first needed', async () => {
  const folder = await buildPage();
  const initial = initialScripts(folder)
    .map((path) => readFileSync(join(folder, path), 'utf8'))
    .join('\n');
  const all = readdirSync(join(folder, 'assets')).filter((name) => name.endsWith('.js'));
  const rest = all.map((name) => readFileSync(join(folder, 'assets', name), 'utf8')).join('\n');
  // Words of each that a bundler keeps: their class names.
  for (const [library, word] of Object.entries({
    monaco: 'monaco-editor',
    uplot: 'u-over',
    dockview: 'dv-groupview',
  })) {
    expect(rest.includes(word), `${library} is in the build`).toBe(true);
    expect(initial.includes(word), `${library} is not in the initial script`).toBe(false);
  }
});
