/** Which batch of an idempotent producer is next, sent again, or wrong. */
import { expect, test } from 'vitest';
import { ErrorCode } from '../wire/error-codes.ts';
import { ProducerStates } from './producer-state.ts';
import { attribute, type BatchHeader } from './record-batch.ts';

const batch = (overrides: Partial<BatchHeader> = {}): BatchHeader => ({
  baseOffset: 100,
  size: 70,
  attributes: 0,
  lastOffset: 101,
  baseTimestampMs: 0,
  maxTimestampMs: 50,
  producerId: 1,
  producerEpoch: 0,
  baseSequence: 0,
  recordCount: 2,
  ...overrides,
});

const failure = (code: number) => expect.objectContaining({ code });
const { transactional, control } = attribute;

test('remembers nothing of a producer that is not idempotent', () => {
  const states = new ProducerStates();
  states.record(batch({ producerId: -1 }), 1);
  expect([...states.all()]).toEqual([]);
  expect(states.check(batch({ producerId: -1 }))).toBeUndefined();
});

test.each([0, 1])('lets a producer begin anywhere, and then go on without a gap: id %i', (producerId) => {
  const batchOf = (baseSequence: number) => batch({ producerId, baseSequence });
  const states = new ProducerStates();
  expect(states.check(batchOf(9))).toBeUndefined();
  states.record(batchOf(9), 1);
  expect(states.check(batchOf(11))).toBeUndefined();
  expect(states.check(batchOf(-1)), 'one without a sequence is no gap').toBeUndefined();
  for (const baseSequence of [8, 10, 12]) {
    expect(() => states.check(batchOf(baseSequence))).toThrow(failure(ErrorCode.outOfOrderSequenceNumber));
  }
});

test('knows a batch again by all of its sequences', () => {
  const states = new ProducerStates();
  states.record(batch(), 1);
  expect(states.check(batch({ baseOffset: 500, lastOffset: 501 }))).toMatchObject({
    baseOffset: 100,
    maxTimestampMs: 50,
  });
  expect(() => states.check(batch({ lastOffset: 102 }))).toThrow(failure(ErrorCode.outOfOrderSequenceNumber));
});

test('begins anew with each epoch, at 0', () => {
  const states = new ProducerStates();
  states.record(batch({ producerEpoch: 3 }), 1);
  expect(() => states.check(batch({ producerEpoch: 2 }))).toThrow(failure(ErrorCode.invalidProducerEpoch));
  expect(() => states.check(batch({ producerEpoch: 4, baseSequence: 2 }))).toThrow(
    failure(ErrorCode.outOfOrderSequenceNumber),
  );
  expect(states.check(batch({ producerEpoch: 4 }))).toBeUndefined();
  states.record(batch({ producerEpoch: 4, baseOffset: 200, lastOffset: 201 }), 1);
  expect(states.get(1)).toMatchObject({ epoch: 4, batches: [{ baseOffset: 200 }] });
});

test('lets a producer with a new epoch that has only a marker begin anywhere', () => {
  const states = new ProducerStates();
  states.record(batch({ attributes: control | transactional, baseSequence: -1, producerEpoch: 5 }), 1);
  expect(states.check(batch({ producerEpoch: 5, baseSequence: 7 }))).toBeUndefined();
  expect(states.get(1)!.batches).toEqual([]);
});

test('knows the first offset of the oldest open transaction', () => {
  const states = new ProducerStates();
  expect(states.firstOpenTransaction()).toBeUndefined();
  states.record(batch(), 1);
  expect(states.firstOpenTransaction(), 'no transaction').toBeUndefined();
  states.record(batch({ producerId: 2, attributes: transactional, baseOffset: 120, lastOffset: 121 }), 1);
  states.record(batch({ producerId: 3, attributes: transactional, baseOffset: 110, lastOffset: 111 }), 1);
  states.record(batch({ producerId: 3, attributes: transactional, baseOffset: 130, lastOffset: 131 }), 1);
  states.record(batch({ producerId: 4, attributes: transactional, baseOffset: 140, lastOffset: 141 }), 1);
  expect(states.firstOpenTransaction()).toBe(110);
  states.record(batch({ producerId: 3, attributes: control | transactional, baseSequence: -1 }), 1);
  expect(states.firstOpenTransaction()).toBe(120);
});

test('remembers batches without sequences as a sign of life only', () => {
  const states = new ProducerStates();
  states.record(batch({ baseSequence: -1, attributes: transactional }), 5);
  expect(states.get(1)).toMatchObject({ batches: [], lastAppendMs: 5, transactionStart: 100 });
  expect(states.check(batch({ baseSequence: -1 }))).toBeUndefined();
});

test('forgets who was silent for a day, unless its transaction is open', () => {
  const day = 86_400_000;
  const states = new ProducerStates();
  states.record(batch(), 0);
  states.record(batch({ producerId: 2 }), 1);
  states.record(batch({ producerId: 3, attributes: transactional }), 0);
  states.expire(day);
  expect([...states.all()].map(([id]) => id)).toEqual([1, 2, 3]);
  states.expire(day + 1);
  expect([...states.all()].map(([id]) => id)).toEqual([2, 3]);
});

test('is restored as it was saved, and nothing else', () => {
  const states = new ProducerStates();
  states.record(batch(), 1);
  const saved = JSON.parse(JSON.stringify(states)) as ReturnType<ProducerStates['toJSON']>;
  const others = new ProducerStates();
  others.record(batch({ producerId: 9 }), 1);
  others.restore(saved);
  expect([...others.all()]).toEqual([...states.all()]);
});
