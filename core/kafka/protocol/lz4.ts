/**
 * Decompresses LZ4 frames.
 *
 * Why our own: the native library hands out memory that costs V8 more than the decompression itself (0.3 GB/s here
 * against 0.7), and the Kafka library's WebAssembly one is unusable in the whole process after one damaged block.
 * https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md, lz4_Block_format.md
 */
const frameMagic = 0x184d2204;
const skippableMagic = 0x184d2a50;
const uncompressedBit = 0x8000_0000;
const minMatch = 4;

/** `expectedBytes` saves growing where the caller has an idea. Throws RangeError for bytes that are no frames. Checksums are not looked at. */
export function decompressLz4(bytes: Buffer, expectedBytes: number): Buffer {
  const frames = new Frames(expectedBytes);
  for (let at = 0; at < bytes.length; ) at = frames.append(bytes, at);
  return frames.content;
}

class Frames {
  #out: Buffer;
  #length = 0;

  constructor(expectedBytes: number) {
    this.#out = Buffer.allocUnsafe(expectedBytes);
  }

  get content(): Buffer {
    return this.#out.subarray(0, this.#length);
  }

  /** Returns where the next frame begins. */
  append(bytes: Buffer, start: number): number {
    const magic = bytes.readUInt32LE(start);
    if ((magic & 0xffff_fff0) === skippableMagic) return start + 8 + bytes.readUInt32LE(start + 4);
    if (magic !== frameMagic) throw new RangeError('not an LZ4 frame');
    const flags = bytes.readUInt8(start + 4);
    const hasBlockChecksums = (flags & 0x10) !== 0;
    const hasContentSize = (flags & 0x08) !== 0;
    const hasContentChecksum = (flags & 0x04) !== 0;
    const hasDictionary = (flags & 0x01) !== 0;
    const maxBlockBytes = 1 << (8 + 2 * ((bytes.readUInt8(start + 5) >> 4) & 0x07));
    let at = start + 7 + (hasContentSize ? 8 : 0) + (hasDictionary ? 4 : 0);
    const frameStart = this.#length;
    for (;;) {
      const word = bytes.readUInt32LE(at);
      at += 4;
      if (word === 0) break;
      const length = word & 0x7fff_ffff;
      if (at + length > bytes.length || length > maxBlockBytes)
        throw new RangeError('an LZ4 block runs past its frame');
      // A last block is often far smaller than the frame's largest: 255 to 1 is the most that LZ4 reaches.
      const mostBytes = Math.min(maxBlockBytes, length * 255);
      this.#reserve(mostBytes);
      if (word >= uncompressedBit) {
        bytes.copy(this.#out, this.#length, at, at + length);
        this.#length += length;
      } else {
        this.#length = decompressBlock(
          bytes,
          at,
          at + length,
          this.#out,
          this.#length,
          frameStart,
          this.#length + mostBytes,
        );
      }
      at += length + (hasBlockChecksums ? 4 : 0);
    }
    return at + (hasContentChecksum ? 4 : 0);
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#out.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#out.length * 2, this.#length + more));
    this.#out.copy(grown, 0, 0, this.#length);
    this.#out = grown;
  }
}

/** Appends at `to`; matches reach back to `start` at most and the end stays within `limit`. Returns the new end. */
function decompressBlock(
  source: Buffer,
  from: number,
  end: number,
  out: Buffer,
  to: number,
  start: number,
  limit: number,
): number {
  const sourceView = new DataView(source.buffer, source.byteOffset, source.length);
  const outView = new DataView(out.buffer, out.byteOffset, out.length);
  while (from < end) {
    const token = source[from++]!;
    let literals = token >> 4;
    if (literals === 15) {
      let byte = 255;
      while (byte === 255 && from < end) literals += byte = source[from++]!;
    }
    if (from + literals > end || to + literals > limit) throw new RangeError('LZ4 literals run past their block');
    if (literals > 64 || from + literals + 4 > source.length || to + literals + 4 > out.length) {
      source.copy(out, to, from, from + literals);
    } else {
      // Four bytes at a time; what is written too far is written over next.
      for (let index = 0; index < literals; index += 4) outView.setInt32(to + index, sourceView.getInt32(from + index));
    }
    from += literals;
    to += literals;
    if (from === end) break;

    if (from + 2 > end) throw new RangeError('an LZ4 match has no distance');
    const distance = source[from]! | (source[from + 1]! << 8);
    from += 2;
    let match = token & 15;
    if (match === 15) {
      let byte = 255;
      while (byte === 255 && from < end) match += byte = source[from++]!;
    }
    match += minMatch;
    const back = to - distance;
    if (distance === 0 || back < start || to + match > limit)
      throw new RangeError('an LZ4 match lies outside its block');
    const stop = to + match;
    if (distance < 4 || stop + 4 > out.length) {
      for (let index = 0; index < match; index++) out[to + index] = out[back + index]!;
    } else if (match > 64 && distance >= match) {
      out.copyWithin(to, back, back + match);
    } else {
      for (let index = 0; index < match; index += 4) outView.setInt32(to + index, outView.getInt32(back + index));
    }
    to = stop;
  }
  return to;
}
