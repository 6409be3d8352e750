/** Which addresses leave the app. */
import { expect, test } from 'vitest';
import { externalUrl } from './external.ts';

test('the system opens web pages and mail, nothing else', () => {
  expect(externalUrl('https://kafka.apache.org/documentation')).toBe('https://kafka.apache.org/documentation');
  expect(externalUrl('mailto:team@example.com')).toBe('mailto:team@example.com');
  for (const refused of [
    'http://example.com',
    'https://user:secret@example.com',
    'https://https@example.com',
    'file:///etc/passwd',
    'smb://server/share',
    'javascript:alert(1)',
    'data:text/html,x',
    'ms-msdt:/id',
    'mercury://topics',
    'app://workbench/',
    'C:\\Windows\\System32\\calc.exe',
    'https://',
    'not an address',
    `https://example.com/${'x'.repeat(3000)}`,
  ]) {
    expect(externalUrl(refused), refused).toBeUndefined();
  }
});
