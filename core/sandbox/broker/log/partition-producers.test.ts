/** What a partition knows of those who write to it: batches sent again, older producers, transactions. */
import { describe, expect, test } from 'vitest';
import { ErrorCode } from '../wire/error-codes.ts';
import type { PartitionLog } from './partition-log.ts';
import { attribute } from './record-batch.ts';
import { append, openSmall, value, withFiles } from './test-log.ts';

withFiles();

describe('idempotent producers', () => {
  const sent = { producerId: 1, producerEpoch: 3 };

  test('acknowledges any of the last five batches again with its own offset', () => {
    const log = openSmall();
    for (let i = 0; i < 12; i += 2) append(log, [value(i), value(i + 1)], { ...sent, baseSequence: i });
    for (let i = 2; i < 12; i += 2) {
      const again = append(log, [value(i), value(i + 1)], { ...sent, baseSequence: i });
      expect(again).toMatchObject({ duplicate: true, baseOffset: i });
    }
    expect(() => append(log, ['0000', '0001'], { ...sent, baseSequence: 0 })).toThrow(
      expect.objectContaining({ code: ErrorCode.outOfOrderSequenceNumber }),
    );
    expect(log.endOffset).toBe(12);
  });

  test('fences an older epoch and begins a newer one at 0', () => {
    const log = openSmall();
    append(log, ['0000'], { ...sent, baseSequence: 0 });
    const code = (expected: number) => expect.objectContaining({ code: expected });
    expect(() => append(log, ['0001'], { producerId: 1, producerEpoch: 2, baseSequence: 1 })).toThrow(
      code(ErrorCode.invalidProducerEpoch),
    );
    expect(() => append(log, ['0001'], { producerId: 1, producerEpoch: 4, baseSequence: 1 })).toThrow(
      code(ErrorCode.outOfOrderSequenceNumber),
    );
    expect(append(log, ['0001'], { producerId: 1, producerEpoch: 4, baseSequence: 0 }).baseOffset).toBe(1);
  });

  test('lets sequences begin anew after the largest', () => {
    const log = openSmall();
    append(log, ['0000', '0001'], { ...sent, baseSequence: 2_147_483_646 });
    expect(append(log, ['0002'], { ...sent, baseSequence: 0 }).baseOffset).toBe(2);
  });
});

describe('transactions', () => {
  const owner = { producerId: 4, producerEpoch: 0 };
  const transactional = (log: PartitionLog, producerId = 4) =>
    append(log, ['\0\0\0\0'], { ...owner, producerId, attributes: attribute.transactional });

  test('have records that are no markers, whatever their bytes', () => {
    const log = openSmall();
    for (let i = 0; i < 2; i++) transactional(log);
    log.appendMarker(owner, true);
    expect(log.abortedBetween(0, 3)).toEqual([]);
  });

  test('hold the last stable offset back until their marker, and aborted ones are remembered', () => {
    const log = openSmall({ segmentBytes: 400 });
    append(log, ['0000']);
    transactional(log);
    transactional(log, 5);
    append(log, ['0000']);
    expect([log.lastStableOffset, log.endOffset]).toEqual([1, 4]);
    log.appendMarker(owner, true);
    expect(log.lastStableOffset).toBe(2);
    log.appendMarker({ ...owner, producerId: 5 }, false);
    expect([log.lastStableOffset, log.endOffset]).toEqual([6, 6]);
    log.appendMarker({ ...owner, producerId: 6 }, false);
    expect(log.segments.length).toBeGreaterThan(1);
    const aborted = [{ producerId: 5, firstOffset: 2, lastOffset: 5 }];
    for (const each of [log, openSmall()]) {
      expect(each.lastStableOffset).toBe(7);
      expect(each.abortedBetween(0, 7)).toEqual(aborted);
      expect(each.abortedBetween(5, 6)).toEqual(aborted);
      expect(each.abortedBetween(0, 3)).toEqual(aborted);
      expect(each.abortedBetween(0, 2)).toEqual([]);
      expect(each.abortedBetween(6, 7)).toEqual([]);
    }
    log.close();
    expect(openSmall().abortedBetween(0, 7)).toEqual(aborted);
  });
});
