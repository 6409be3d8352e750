/** Frames of the reference library, many in a row, and damaged ones. */
import { createRequire } from 'node:module';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decompressLz4 } from './lz4.ts';

interface FrameOptions {
  readonly contentChecksum?: boolean;
  readonly blockChecksums?: boolean;
}

const { compressFrameSync } = createRequire(import.meta.url)('lz4-napi') as {
  compressFrameSync(data: Buffer, options?: FrameOptions): Buffer;
};

/** Repetitive as records are, so that matches of all lengths occur. */
const content = fc
  .array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 80 }), fc.integer({ min: 1, max: 400 })), { maxLength: 30 })
  .map((parts) => Buffer.concat(parts.flatMap(([bytes, times]) => Array<Uint8Array>(times).fill(bytes))));

test('what the reference library compresses comes back', async () => {
  const options = fc.record({ contentChecksum: fc.boolean(), blockChecksums: fc.boolean() });
  await fc.assert(
    fc.property(content, options, fc.integer({ min: 0, max: 1 << 18 }), (plain, how, expectedBytes) => {
      expect(decompressLz4(compressFrameSync(plain, how), expectedBytes).equals(plain)).toBe(true);
    }),
  );
});

test('many blocks, several frames and a frame to skip', () => {
  const plain = Buffer.alloc(9_000_000, 'the quick brown fox ');
  const skipped = Buffer.from([0x51, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
  const frame = compressFrameSync(plain);
  expect(decompressLz4(Buffer.concat([frame, skipped, frame]), 10).equals(Buffer.concat([plain, plain]))).toBe(true);
});

test('damaged bytes are refused or differ, and harm nothing after them', async () => {
  const plain = Buffer.from('hello hello hello kafka '.repeat(500));
  const whole = compressFrameSync(plain);
  await fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), (at, byte, end) => {
      const damaged = Buffer.from(whole);
      damaged[at] = byte;
      for (const bytes of [damaged, damaged.subarray(0, end)]) {
        try {
          decompressLz4(bytes, 100);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }
      expect(decompressLz4(whole, 100).equals(plain)).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});
