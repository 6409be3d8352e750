/**
 * The Produce request and its answer in the versions 8 and 9, around batches that are bytes already.
 */
import { type Reader, Writer } from '@platformatic/kafka';

export const produceApiKey = 0;
export const produceVersions = { min: 8, max: 9, firstFlexible: 9 } as const;

export interface PartitionBatch {
  readonly partition: number;
  readonly batch: Buffer;
}

export interface ProducedPartition {
  readonly partition: number;
  readonly errorCode: number;
  readonly baseOffset: bigint;
  readonly errorMessage: string | undefined;
}

const acksOfAll = -1;

export function writeProduceRequest(
  topic: string,
  batches: readonly PartitionBatch[],
  timeoutMs: number,
  version: number,
): Writer {
  const isFlexible = version >= produceVersions.firstFlexible;
  const writer = Writer.create()
    .appendString(null, isFlexible)
    .appendInt16(acksOfAll)
    .appendInt32(timeoutMs)
    .appendArray(
      [topic],
      (w, name) => {
        w.appendString(name, isFlexible).appendArray(
          [...batches],
          (one, { partition, batch }) => one.appendInt32(partition).appendBytes(batch, isFlexible),
          isFlexible,
          isFlexible,
        );
      },
      isFlexible,
      isFlexible,
    );
  if (isFlexible) writer.appendTaggedFields();
  return writer;
}

export function parseProduceResponse(reader: Reader, version: number): ProducedPartition[] {
  const isFlexible = version >= produceVersions.firstFlexible;
  const topics = reader.readArray(
    () => {
      reader.readString(isFlexible);
      return reader.readArray(() => parsePartition(reader, isFlexible), isFlexible, isFlexible);
    },
    isFlexible,
    isFlexible,
  );
  return topics.flat();
}

function parsePartition(reader: Reader, isFlexible: boolean): ProducedPartition {
  const partition = reader.readInt32();
  const errorCode = reader.readInt16();
  const baseOffset = reader.readInt64();
  reader.skip(16); // time of the append, first offset of the log
  const recordErrors = reader.readArray(
    () => {
      reader.readInt32();
      return reader.readNullableString(isFlexible);
    },
    isFlexible,
    isFlexible,
  );
  const message = reader.readNullableString(isFlexible) ?? recordErrors.find((one) => one !== null);
  return { partition, errorCode, baseOffset, errorMessage: message ?? undefined };
}
