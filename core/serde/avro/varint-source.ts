/**
 * Pieces of generated code that read one Avro primitive at `p` and move `p` behind it. `fail` is a statement that leaves the function.
 *
 * They use the local variables of `column-source.ts`: `b` is the last byte read, results are in `n` (int, length) or `lo`, `hi` (long).
 */

/** Up to five bytes into `n`, before zigzag: 0 for 0, 1 for -1, 2 for 1. */
export function rawIntSource(fail: string): string {
  return `n = b = bytes[p++];
if (b > 127) { n &= 127; b = bytes[p++]; n |= (b & 127) << 7;
if (b > 127) { b = bytes[p++]; n |= (b & 127) << 14;
if (b > 127) { b = bytes[p++]; n |= (b & 127) << 21;
if (b > 127) { b = bytes[p++]; if (b > 15) { ${fail} } n |= b << 28; } } } }`;
}

export function intSource(fail: string): string {
  return `${rawIntSource(fail)}\nn = (n >>> 1) ^ -(n & 1);`;
}

/** Into the two's complement words `lo` and `hi`; no BigInt is made. */
export function longSource(fail: string): string {
  return `lo = b = bytes[p++]; hi = 0;
if (b > 127) { lo &= 127; b = bytes[p++]; lo |= (b & 127) << 7;
if (b > 127) { b = bytes[p++]; lo |= (b & 127) << 14;
if (b > 127) { b = bytes[p++]; lo |= (b & 127) << 21;
if (b > 127) { b = bytes[p++]; lo |= b << 28; hi = (b & 127) >>> 4;
if (b > 127) { b = bytes[p++]; hi |= (b & 127) << 3;
if (b > 127) { b = bytes[p++]; hi |= (b & 127) << 10;
if (b > 127) { b = bytes[p++]; hi |= (b & 127) << 17;
if (b > 127) { b = bytes[p++]; hi |= (b & 127) << 24;
if (b > 127) { b = bytes[p++]; if (b > 1) { ${fail} } hi |= b << 31; } } } } } } } } }
k = -(lo & 1); lo = ((lo >>> 1) | (hi << 31)) ^ k; hi = (hi >>> 1) ^ k;`;
}

/** A length into `n`, with the bytes it promises inside the value. */
export function lengthSource(fail: string): string {
  return `n = bytes[p++];
if (n > 127) { p--; ${rawIntSource(fail)} }
if ((n & 1) === 1) { ${fail} }
n >>>= 1; if (n > end - p) { ${fail} }`;
}

/** A varint of at most `maxBytes` that nobody needs. */
export function skipVarintSource(maxBytes: 5 | 10, fail: string): string {
  return `k = p; while (bytes[p++] > 127); if (p - k > ${maxBytes}) { ${fail} }`;
}

/** An expression: four bytes at `p + ahead`, little endian, as an int32. */
export function wordSource(ahead: 0 | 4): string {
  const at = (index: number) => `bytes[p${index === 0 ? '' : ` + ${index}`}]`;
  return `${at(ahead)} | ${at(ahead + 1)} << 8 | ${at(ahead + 2)} << 16 | ${at(ahead + 3)} << 24`;
}
