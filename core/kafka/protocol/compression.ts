/**
 * The five codecs of record batches, one block at a time. Native codecs are loaded when the first batch needs them.
 */
import { createRequire } from 'node:module';
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { WorkbenchError } from '#core/contract/errors.ts';
import { readInt32 } from './batch-header.ts';
import { decompressLz4 } from './lz4.ts';

/** The index is the codec's number in a batch's attributes. */
export const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
export type Codec = (typeof codecs)[number];

/** Decompresses the batches of one topic after another: their sizes are alike, so the last one tells how much to reserve. */
export class Decompressor {
  #expectedBytes = 1 << 16;

  /** Throws what the codec throws on damaged input, and UNSUPPORTED for a codec number that Kafka has not defined. */
  decompress(codec: number, block: Buffer): Buffer {
    const content = this.#decode(codec, block);
    this.#expectedBytes = Math.min(
      mostExpectedBytes,
      Math.max(leastExpectedBytes, content.length + (content.length >> 3)),
    );
    return content;
  }

  #decode(codec: number, block: Buffer): Buffer {
    switch (codecs[codec]) {
      case 'none':
        return block;
      case 'gzip':
        return gunzipSync(block, { chunkSize: this.#expectedBytes });
      case 'snappy':
        return decompressSnappy(block);
      case 'lz4':
        return decompressLz4(block, this.#expectedBytes);
      case 'zstd':
        return zstdDecompressSync(block, { chunkSize: this.#expectedBytes });
      default:
        throw new WorkbenchError('UNSUPPORTED', `Compression codec ${codec} is not known.`);
    }
  }
}

const leastExpectedBytes = 1 << 14;
const mostExpectedBytes = 1 << 24;

export function compress(codec: Codec, block: Buffer): Buffer {
  switch (codec) {
    case 'none':
      return block;
    case 'gzip':
      return gzipSync(block);
    case 'snappy':
      return snappy().compressSync(block);
    case 'lz4':
      return lz4().compressFrameSync(block);
    case 'zstd':
      return zstdCompressSync(block);
  }
}

/** Java's clients write snappy in the framing of the xerial library, others plain. */
const xerialMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const xerialHeaderBytes = 16;

function decompressSnappy(block: Buffer): Buffer {
  if (block.length < xerialHeaderBytes || xerialMagic.compare(block, 0, xerialMagic.length) !== 0) {
    return uncompress(block);
  }
  const parts: Buffer[] = [];
  for (let at = xerialHeaderBytes; at + 4 <= block.length; ) {
    const length = readInt32(block, at);
    parts.push(uncompress(block.subarray(at + 4, at + 4 + length)));
    at += 4 + length;
  }
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
}

/** A copy into memory of V8's own: handing over the library's costs five times as much. */
function uncompress(block: Buffer): Buffer {
  return snappy().uncompressSync(block, { copyOutputData: true });
}

interface Snappy {
  compressSync(data: Buffer): Buffer;
  uncompressSync(data: Buffer, options: { copyOutputData: boolean }): Buffer;
}

interface Lz4 {
  compressFrameSync(data: Buffer): Buffer;
}

const require = createRequire(import.meta.url);
const loaded: { snappy?: Snappy; lz4?: Lz4 } = {};

function snappy(): Snappy {
  loaded.snappy ??= load<Snappy>('snappy');
  return loaded.snappy;
}

function lz4(): Lz4 {
  loaded.lz4 ??= load<Lz4>('lz4-napi');
  return loaded.lz4;
}

function load<Module>(name: string): Module {
  try {
    return require(name) as Module;
  } catch (cause) {
    throw new WorkbenchError('MISSING_COMPONENT', `The codec library ${name} has no build for this machine.`, {
      object: name,
      cause,
      nextStep: 'Install the dependencies again on this machine (npm ci).',
    });
  }
}
