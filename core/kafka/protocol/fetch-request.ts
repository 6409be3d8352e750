/**
 * The Fetch request and its answer in the versions 11 to 13: record bytes stay raw, one contiguous buffer an answer.
 *
 * Version 13 names a topic by its id, so a topic deleted and created again is noticed; 11 is what older brokers know.
 */
import { type Reader, Writer } from '@platformatic/kafka';
import type { AbortedTransaction } from './record-batch.ts';

export const fetchApiKey = 1;
export const fetchVersions = { min: 11, max: 13, firstFlexible: 12, firstWithTopicId: 13 } as const;

export interface FetchRequest {
  readonly topic: string;
  readonly topicId: string | undefined;
  readonly maxWaitMs: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly isReadCommitted: boolean;
  readonly partitions: ReadonlyArray<{
    readonly partition: number;
    readonly leaderEpoch: number;
    readonly offset: bigint;
    readonly maxBytes: number;
  }>;
}

export interface FetchResponse {
  readonly errorCode: number;
  readonly partitions: readonly FetchedPartition[];
}

export interface FetchedPartition {
  readonly partition: number;
  readonly errorCode: number;
  readonly highWatermark: bigint;
  readonly aborted: readonly AbortedTransaction[];
  /** A view of the answer; the last batch may be partial. */
  readonly records: Buffer;
}

const anyReplica = -1;
const noSession = { id: 0, epoch: -1 };
const unknownOffset = -1n;

export function writeFetchRequest(request: FetchRequest, version: number): Writer {
  const isFlexible = version >= fetchVersions.firstFlexible;
  const writer = Writer.create()
    .appendInt32(anyReplica)
    .appendInt32(request.maxWaitMs)
    .appendInt32(request.minBytes)
    .appendInt32(request.maxBytes)
    .appendInt8(request.isReadCommitted ? 1 : 0)
    .appendInt32(noSession.id)
    .appendInt32(noSession.epoch)
    .appendArray(
      [request],
      (w) => {
        if (version >= fetchVersions.firstWithTopicId) w.appendUUID(request.topicId ?? null);
        else w.appendString(request.topic, isFlexible);
        w.appendArray(
          [...request.partitions],
          (one, { partition, leaderEpoch, offset, maxBytes }) => {
            one.appendInt32(partition).appendInt32(leaderEpoch).appendInt64(offset);
            if (isFlexible) one.appendInt32(-1); // last fetched epoch: of followers only
            one.appendInt64(unknownOffset).appendInt32(maxBytes);
          },
          isFlexible,
          isFlexible,
        );
      },
      isFlexible,
      isFlexible,
    )
    .appendArray([], () => {}, isFlexible, isFlexible)
    .appendString('', isFlexible);
  if (isFlexible) writer.appendTaggedFields();
  return writer;
}

export function parseFetchResponse(reader: Reader, version: number): FetchResponse {
  // Joins the pieces the socket delivered once, so that every partition's records are a view.
  const bytes = reader.buffer.slice(reader.position);
  return new ResponseParser(bytes, version).parse();
}

class ResponseParser {
  readonly #bytes: Buffer;
  readonly #isFlexible: boolean;
  readonly #hasTopicId: boolean;
  #at = 0;

  constructor(bytes: Buffer, version: number) {
    this.#bytes = bytes;
    this.#isFlexible = version >= fetchVersions.firstFlexible;
    this.#hasTopicId = version >= fetchVersions.firstWithTopicId;
  }

  parse(): FetchResponse {
    this.#at += 4; // throttle time
    const errorCode = this.#int16();
    this.#at += 4; // session id
    const partitions: FetchedPartition[] = [];
    for (let topics = this.#count(); topics > 0; topics--) {
      const nameBytes = this.#hasTopicId ? 16 : this.#isFlexible ? this.#count() : this.#int16();
      this.#at += nameBytes;
      for (let left = this.#count(); left > 0; left--) partitions.push(this.#partition());
      this.#skipTags();
    }
    return { errorCode, partitions };
  }

  #partition(): FetchedPartition {
    const partition = this.#int32();
    const errorCode = this.#int16();
    const highWatermark = this.#int64();
    this.#at += 16; // last stable offset, first offset of the log
    const aborted: AbortedTransaction[] = [];
    for (let left = this.#count(); left > 0; left--) {
      aborted.push({ producerId: this.#int64(), firstOffset: this.#int64() });
      this.#skipTags();
    }
    this.#at += 4; // preferred read replica
    const length = Math.max(0, this.#count());
    const records = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    this.#skipTags();
    aborted.sort((a, b) => (a.firstOffset < b.firstOffset ? -1 : 1));
    return { partition, errorCode, highWatermark, aborted, records };
  }

  /** Length of an array, a string or bytes; −1 is null. */
  #count(): number {
    return this.#isFlexible ? this.#varint() - 1 : this.#int32();
  }

  /** Tags are a number, a length and bytes: leaders of old epochs and the like, which a metadata refresh tells too. */
  #skipTags(): void {
    if (!this.#isFlexible) return;
    for (let left = this.#varint(); left > 0; left--) {
      this.#varint();
      const length = this.#varint();
      this.#at += length;
    }
  }

  #varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#bytes[this.#at++] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte <= 0x7f) break;
    }
    return value >>> 0;
  }

  #int16(): number {
    this.#at += 2;
    return this.#bytes.readInt16BE(this.#at - 2);
  }

  #int32(): number {
    this.#at += 4;
    return this.#bytes.readInt32BE(this.#at - 4);
  }

  #int64(): bigint {
    this.#at += 8;
    return this.#bytes.readBigInt64BE(this.#at - 8);
  }
}
