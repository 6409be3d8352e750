/** The control batch that ends a transaction in a partition. */
import { attribute, type BatchHeader, batchHeaderSize, sealBatch, writeBatchHeader } from './record-batch.ts';

export interface MarkerOwner {
  readonly producerId: number;
  readonly producerEpoch: number;
}

/** One record: key `version 0, type (0 abort, 1 commit)`, value `version 0, coordinator epoch 0`. */
function markerRecord(isCommit: boolean): Buffer {
  const zigzag = (length: number) => length * 2;
  const key = [0, 0, 0, isCommit ? 1 : 0];
  const value = [0, 0, 0, 0, 0, 0];
  // attributes, timestamp delta, offset delta; then the fields, and no headers
  const body = [0, 0, 0, zigzag(key.length), ...key, zigzag(value.length), ...value, 0];
  return Buffer.from([zigzag(body.length), ...body]);
}

export function buildMarker(
  { producerId, producerEpoch }: MarkerOwner,
  { offset, isCommit, nowMs }: { offset: number; isCommit: boolean; nowMs: number },
): { batch: Buffer; header: BatchHeader } {
  const record = markerRecord(isCommit);
  const batch = Buffer.alloc(batchHeaderSize + record.length);
  record.copy(batch, batchHeaderSize);
  const header: BatchHeader = {
    baseOffset: offset,
    size: batch.length,
    attributes: attribute.control | attribute.transactional,
    lastOffset: offset,
    baseTimestampMs: nowMs,
    maxTimestampMs: nowMs,
    producerId,
    producerEpoch,
    baseSequence: -1,
    recordCount: 1,
  };
  writeBatchHeader(batch, header);
  sealBatch(batch);
  return { batch, header };
}
