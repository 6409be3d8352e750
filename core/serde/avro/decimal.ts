/** Avro's decimals, big-endian two's complement, as exact text with all digits of their scale: `12.30`. */

/** Longer ones are refused: nobody means 10,000 digits, and turning millions of bytes into digits would stop the process. */
export const maxDecimalBytes = 4_096;

export function decimalText(bytes: Uint8Array, start: number, length: number, scale: number): string {
  const unscaled =
    length <= 6 ? shortInteger(bytes, start, length).toString() : longInteger(bytes, start, length).toString();
  return withPoint(unscaled, scale);
}

export function withPoint(unscaled: string, scale: number): string {
  if (scale === 0) return unscaled;
  const negative = unscaled.startsWith('-');
  const digits = (negative ? unscaled.slice(1) : unscaled).padStart(scale + 1, '0');
  return `${negative ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function shortInteger(bytes: Uint8Array, start: number, length: number): number {
  let value = bytes[start]! > 127 ? bytes[start]! - 256 : bytes[start]!;
  for (let at = start + 1; at < start + length; at++) value = value * 256 + bytes[at]!;
  return value;
}

function longInteger(bytes: Uint8Array, start: number, length: number): bigint {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString('hex');
  return BigInt.asIntN(length * 8, BigInt(`0x${hex}`));
}

/** The other way: two's complement, as short as it can be or of `size` bytes; undefined for what is no decimal of this scale. */
export function decimalBytes(text: string, scale: number, size?: number): Uint8Array | undefined {
  const [, sign, whole, fraction = ''] = /^(-?)(\d{1,2000})(?:\.(\d{1,2000}))?$/.exec(text) ?? [];
  if (whole === undefined || fraction.replace(/0+$/, '').length > scale) return undefined;
  const unscaled = BigInt(`${sign}${whole}${fraction.slice(0, scale).padEnd(scale, '0')}`);
  let length = size ?? 1;
  if (size === undefined) while (BigInt.asIntN(8 * length, unscaled) !== unscaled) length += 1;
  if (BigInt.asIntN(8 * length, unscaled) !== unscaled) return undefined;
  return Buffer.from(
    BigInt.asUintN(8 * length, unscaled)
      .toString(16)
      .padStart(2 * length, '0'),
    'hex',
  );
}
