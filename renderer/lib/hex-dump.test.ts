import { expect, test } from 'vitest';
import { hexDump } from './hex-dump.ts';

test('lines of offset, bytes and text', () => {
  expect(hexDump(new Uint8Array())).toBe('');
  expect(hexDump(new TextEncoder().encode('Ada\n wrote'))).toBe(
    ['000000  41 64 61 0a 20 77 72 6f  Ada. wro', '000008  74 65                    te'].join('\n'),
  );
});
