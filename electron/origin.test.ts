/** What counts as our own page. */
import { expect, test } from 'vitest';
import { isPageUrl, isTrustedSender, pageUrl } from './origin.ts';

test('the page is known by scheme and host, never by how the text begins', () => {
  expect(isPageUrl(pageUrl('#/topics'))).toBe(true);
  expect(isPageUrl('app://workbench/assets/index.js')).toBe(true);
  for (const other of [
    'app://workbench.example.com/',
    'app://workbench@example.com/',
    'app://other/',
    'https://workbench/',
    'file:///app://workbench/',
    'data:text/html,app://workbench/',
    'about:blank',
    '',
  ]) {
    expect(isPageUrl(other), other).toBe(false);
  }
});

test('only the main frame of our own page is trusted', () => {
  const ours = { url: pageUrl(), parent: null };
  expect(isTrustedSender(ours)).toBe(true);
  expect(isTrustedSender(null)).toBe(false);
  expect(isTrustedSender({ ...ours, parent: {} })).toBe(false);
  expect(isTrustedSender({ url: 'https://example.com/', parent: null })).toBe(false);
});
