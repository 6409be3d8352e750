/**
 * What a partition remembers of idempotent producers: enough to refuse a gap and to recognise a batch sent again.
 */
import { ErrorCode, ProtocolError } from '../wire/error-codes.ts';
import { attribute, type BatchHeader } from './record-batch.ts';

/** Kafka's clients keep at most five requests under way; a retry can only be one of the last five batches. */
const remembered = 5;
const sequenceCount = 2_147_483_648;

interface SentBatch {
  readonly first: number;
  readonly last: number;
  readonly baseOffset: number;
  readonly maxTimestampMs: number;
}

export interface Producer {
  epoch: number;
  batches: SentBatch[];
  lastAppendMs: number;
  /** First offset of the transaction under way. */
  transactionStart?: number;
}

export interface Duplicate {
  readonly baseOffset: number;
  readonly maxTimestampMs: number;
}

function lastSequence(header: BatchHeader): number {
  return (header.baseSequence + header.lastOffset - header.baseOffset) % sequenceCount;
}

export class ProducerStates {
  readonly #producers = new Map<number, Producer>();

  /** Before an append. Returns the place of a batch that is already in the log; throws what the producer did wrong. */
  check(header: BatchHeader): Duplicate | undefined {
    const producer = this.#producers.get(header.producerId);
    if (producer === undefined || header.baseSequence < 0) return undefined;
    if (header.producerEpoch < producer.epoch) {
      throw new ProtocolError(ErrorCode.invalidProducerEpoch, 'a newer producer with the same id is active');
    }
    if (header.producerEpoch > producer.epoch) return expectSequence(header, 0);
    const last = lastSequence(header);
    const sent = producer.batches.find((batch) => batch.first === header.baseSequence && batch.last === last);
    if (sent !== undefined) return sent;
    const previous = producer.batches.at(-1);
    if (previous === undefined) return undefined;
    return expectSequence(header, (previous.last + 1) % sequenceCount);
  }

  /** After an append, and for each batch found at recovery. */
  record(header: BatchHeader, nowMs: number): void {
    if (header.producerId < 0) return;
    const producer = this.#producerFor(header.producerId, header.producerEpoch);
    producer.lastAppendMs = nowMs;
    if ((header.attributes & attribute.control) !== 0) {
      delete producer.transactionStart;
      return;
    }
    if ((header.attributes & attribute.transactional) !== 0) producer.transactionStart ??= header.baseOffset;
    if (header.baseSequence < 0) return;
    producer.batches.push({
      first: header.baseSequence,
      last: lastSequence(header),
      baseOffset: header.baseOffset,
      maxTimestampMs: header.maxTimestampMs,
    });
    if (producer.batches.length > remembered) producer.batches.shift();
  }

  #producerFor(producerId: number, epoch: number): Producer {
    let producer = this.#producers.get(producerId);
    if (producer === undefined) {
      producer = { epoch, batches: [], lastAppendMs: 0 };
      this.#producers.set(producerId, producer);
    } else if (producer.epoch !== epoch) {
      producer.epoch = epoch;
      producer.batches = [];
    }
    return producer;
  }

  /** The first offset of the oldest transaction that is neither committed nor aborted. */
  firstOpenTransaction(): number | undefined {
    let first: number | undefined;
    for (const { transactionStart } of this.#producers.values()) {
      if (transactionStart !== undefined && (first === undefined || transactionStart < first)) first = transactionStart;
    }
    return first;
  }

  get(producerId: number): Producer | undefined {
    return this.#producers.get(producerId);
  }

  /** Forgets producers that have been silent for a day, as Kafka does (`producer.id.expiration.ms`). */
  expire(nowMs: number, afterMs = 86_400_000): void {
    for (const [id, producer] of this.#producers) {
      if (producer.transactionStart === undefined && nowMs - producer.lastAppendMs > afterMs)
        this.#producers.delete(id);
    }
  }

  all(): IterableIterator<[number, Producer]> {
    return this.#producers.entries();
  }

  toJSON(): [number, Producer][] {
    return [...this.#producers];
  }

  restore(saved: readonly [number, Producer][]): void {
    this.#producers.clear();
    for (const [id, producer] of saved) this.#producers.set(id, producer);
  }
}

function expectSequence(header: BatchHeader, expected: number): undefined {
  if (header.baseSequence === expected) return undefined;
  throw new ProtocolError(
    ErrorCode.outOfOrderSequenceNumber,
    `producer ${header.producerId} sent sequence ${header.baseSequence} where ${expected} was due`,
  );
}
