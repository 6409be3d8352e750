/** A partition after a restart or a kill: everything whole is there, nothing torn is. */
import { appendFileSync, existsSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ErrorCode } from '../wire/error-codes.ts';
import { buildBatch } from './test-batch.ts';
import { append, directory, fill, lines, openSmall, range, readAll, value, withFiles } from './test-log.ts';

withFiles();

describe('recovery', () => {
  test.each([true, false])('finds everything again (closed cleanly: %s)', (isClean) => {
    const log = openSmall();
    fill(log, 200);
    if (isClean) log.close();
    const again = openSmall();
    expect(again.endOffset).toBe(200);
    expect(readAll(again)).toEqual(range(0, 200));
    expect(lines).toEqual([]);
    fill(again, 220);
    expect(readAll(openSmall())).toEqual(range(0, 220));
  });

  test('cuts a torn batch off, wherever it is torn, and goes on', () => {
    const batch = buildBatch([{ key: 'k', value: 'torn' }]);
    for (let length = 1; length < batch.length; length += 7) {
      rmSync(directory, { recursive: true, force: true });
      const log = openSmall();
      fill(log, 30);
      appendFileSync(log.segments.at(-1)!.path, batch.subarray(0, length));
      const again = openSmall();
      expect(again.endOffset).toBe(30);
      fill(again, 33);
      expect(readAll(openSmall())).toEqual(range(0, 33));
    }
    expect(lines[0]).toContain('torn batch');
  });

  test('goes on behind a closed segment of which the end is damaged', () => {
    const log = openSmall();
    fill(log, 200);
    log.close();
    const [, damaged, next] = log.segments;
    rmSync(damaged!.path.replace(/log$/, 'checkpoint'));
    truncateSync(damaged!.path, damaged!.size - 5);
    const again = openSmall();
    const { nextOffset } = again.segments[1]!;
    expect(nextOffset).toBe(next!.baseOffset - 3);
    for (const from of [0, nextOffset, nextOffset + 1]) {
      expect(readAll(again, from)).toEqual([...range(from, nextOffset), ...range(next!.baseOffset, 200)]);
    }
  });

  test('does not trust a checkpoint of more bytes than the file has', () => {
    const log = openSmall({ segmentBytes: 1 << 20 });
    fill(log, 60);
    log.close();
    const active = log.segments.at(-1)!;
    expect(existsSync(active.path.replace(/log$/, 'checkpoint'))).toBe(true);
    truncateSync(active.path, active.size - 5);
    const again = openSmall({ segmentBytes: 1 << 20 });
    expect(again.endOffset).toBe(57);
    expect(readAll(again)).toEqual(range(0, 57));
  });

  test('remembers producers, with and without a clean close', () => {
    const sent = { producerId: 7, producerEpoch: 0 };
    for (const isClean of [true, false]) {
      rmSync(directory, { recursive: true, force: true });
      const log = openSmall();
      for (let i = 0; i < 40; i++) append(log, [value(i)], { ...sent, baseSequence: i });
      if (isClean) log.close();
      const again = openSmall();
      const retried = append(again, [value(39)], { ...sent, baseSequence: 39 });
      expect(retried).toMatchObject({ duplicate: true, baseOffset: 39 });
      expect(() => append(again, ['gap!'], { ...sent, baseSequence: 41 })).toThrow(
        expect.objectContaining({ code: ErrorCode.outOfOrderSequenceNumber }),
      );
      expect(append(again, [value(40)], { ...sent, baseSequence: 40 }).baseOffset).toBe(40);
    }
  });
});

describe('the files of a partition', () => {
  test('begin with the first record', () => {
    const log = openSmall();
    expect([log.startOffset, log.endOffset, log.lastStableOffset, log.bytes]).toEqual([0, 0, 0, 0]);
    expect(existsSync(log.directory)).toBe(false);
    log.close();
    expect(existsSync(log.directory)).toBe(false);
  });

  test('are cleared of what was not finished, and others are left alone', () => {
    const log = openSmall();
    fill(log, 3);
    const names = ['start-offset.new', '00000000000000000000.log.cleaned', 'note.log', '1.log'];
    for (const name of names) writeFileSync(join(log.directory, name), 'x');
    expect(openSmall().endOffset).toBe(3);
    expect(readdirSync(log.directory).sort()).toEqual(['00000000000000000000.log', '1.log', 'note.log']);
  });

  test('keep their offsets when all records are gone', () => {
    const log = openSmall();
    fill(log, 200);
    log.roll();
    log.advanceStart(200);
    log.setCompactedTo(150);
    expect(log.segments).toHaveLength(1);
    rmSync(log.segments[0]!.path, { force: true });
    const again = openSmall();
    expect([again.startOffset, again.endOffset, again.compactedTo]).toEqual([200, 200, 150]);
    fill(again, 203);
    again.advanceStart(100);
    expect(openSmall().startOffset, 'it never goes back').toBe(200);
  });

  test('are closed with a checkpoint, each segment as it ends', () => {
    const log = openSmall();
    fill(log, 100);
    const checkpoints = () => readdirSync(log.directory).filter((name) => name.endsWith('.checkpoint'));
    expect(checkpoints()).toHaveLength(log.segments.length - 1);
    log.close();
    expect(checkpoints()).toHaveLength(log.segments.length);
    expect(lines).toEqual([]);
  });
});
