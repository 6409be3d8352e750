/** The page’s files, and no others. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { securityHeaders } from '#core/contract/page-policy.ts';
import { answerFromFolder } from './page-files.ts';

const dir = mkdtempSync(join(tmpdir(), 'mercury-page-'));
const folder = join(dir, 'page');
mkdirSync(join(folder, 'assets'), { recursive: true });
mkdirSync(join(dir, 'page-secret'));
writeFileSync(join(folder, 'index.html'), '<p>page');
writeFileSync(join(folder, 'assets', 'a.js'), 'run()');
writeFileSync(join(dir, 'secret'), 'secret');
writeFileSync(join(dir, 'page-secret', 'secret'), 'secret');
afterAll(() => rmSync(dir, { recursive: true }));

const ask = (path: string, method = 'GET', host = 'workbench'): Promise<Response> =>
  answerFromFolder(new Request(`app://${host}${path}`, { method }), folder);

test('files come with their type and the policy of the page', async () => {
  const page = await ask('/');
  expect(await page.text()).toBe('<p>page');
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  for (const [name, value] of Object.entries(securityHeaders)) expect(page.headers.get(name)).toBe(value);
  expect((await ask('/assets/a.js?v=1')).headers.get('content-type')).toBe('text/javascript; charset=utf-8');
});

test('no path leaves the folder, no other host is answered, nothing is written', async () => {
  const paths = [
    '/../secret',
    '/..%2fsecret',
    '/%2e%2e/secret',
    '/..%5csecret',
    '/../page-secret/secret',
    '/..%2fpage-secret%2fsecret',
    '/%2fetc%2fpasswd',
    '//etc/passwd',
    '/index.html%00.js',
    '/%ff',
    '/assets',
    '/none',
  ];
  for (const path of paths) expect((await ask(path)).status, path).toBe(404);
  expect((await ask('/', 'GET', 'other')).status).toBe(404);
  expect((await ask('/', 'POST')).status).toBe(405);
  expect(await (await ask('/', 'HEAD')).text()).toBe('');
});
