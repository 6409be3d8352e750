/** One file: what is found again by offset, by time, and after a kill. */
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checksum } from '../journal.ts';
import { OpenFiles } from './open-files.ts';
import { ProducerStates } from './producer-state.ts';
import { assignOffsets, readBatchHeader } from './record-batch.ts';
import { Segment } from './segment.ts';
import { SparseIndex } from './sparse-index.ts';
import { buildBatch } from './test-batch.ts';

let root: string;
let files: OpenFiles;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'segment-'));
  files = new OpenFiles(3);
});

afterEach(() => {
  files.closeAll();
  rmSync(root, { recursive: true });
});

const open = (baseOffset = 0) => new Segment(root, baseOffset, files);

/** One record of so many bytes. */
function append(segment: Segment, timestampMs: number, bytes = 10): void {
  const batch = buildBatch([{ value: 'x'.repeat(bytes) }], {
    timestampMs,
    producerId: 5,
    baseSequence: segment.nextOffset,
  });
  assignOffsets(batch, segment.nextOffset, 0);
  segment.append(batch, readBatchHeader(batch));
}

function recovered(): { segment: Segment; torn: number; producers: ProducerStates; found: number[] } {
  files.closeAll();
  const segment = open();
  const producers = new ProducerStates();
  const found: number[] = [];
  const torn = segment.recover(producers, ({ header, position }) => {
    expect(segment.locate(header.baseOffset)?.position).toBe(position);
    found.push(header.baseOffset);
  });
  return { segment, torn, producers, found };
}

const facts = ({ size, nextOffset, maxTimestampMs, aborted, index }: Segment) => ({
  size,
  nextOffset,
  maxTimestampMs,
  aborted,
  index: index.toJSON(),
});

describe('a segment', () => {
  test('is named by its first offset', () => {
    expect(open(42).path).toBe(join(root, '00000000000000000042.log'));
    expect(open(42)).toMatchObject({ baseOffset: 42, nextOffset: 42, size: 0, maxTimestampMs: -1, aborted: [] });
  });

  test('finds batches by offset and by time, across many entries of its index', () => {
    const segment = open();
    const times = Array.from({ length: 40 }, (_, i) => (i === 7 ? 9_000 : 1_000 + i));
    for (const timestampMs of times) append(segment, timestampMs, 10_000);
    expect(segment.index.toJSON()[0].length).toBeGreaterThan(3);
    for (let offset = 0; offset < 40; offset++) expect(segment.locate(offset)!.header.baseOffset).toBe(offset);
    expect(segment.locate(40)).toBeUndefined();
    for (const sought of [0, 1_003, 1_006, 1_039, 9_000]) {
      expect(segment.locateTime(sought, 0)!.header.baseOffset).toBe(times.findIndex((time) => time >= sought));
    }
    expect(segment.locateTime(9_001, 0)).toBeUndefined();
    expect(segment.locateTime(1_000, 8)!.header.baseOffset).toBe(8);
    expect([segment.maxTimestampFrom(7), segment.maxTimestampFrom(8), segment.maxTimestampFrom(40)]).toEqual([
      9_000, 1_039, -1,
    ]);
    expect(segment.maxTimestampMs).toBe(9_000);
    expect([...segment.headers()].map(({ header }) => header.baseOffset)).toEqual(times.map((_, i) => i));
  });

  test('reads no more than there is, into the memory that it is given', () => {
    const segment = open();
    append(segment, 1);
    const memory = Buffer.alloc(1_000);
    const asked: number[] = [];
    const bytes = segment.read(3, 500, (length) => {
      asked.push(length);
      return memory.subarray(0, length);
    });
    expect(asked).toEqual([segment.size - 3]);
    expect(bytes.buffer).toBe(memory.buffer);
    expect(bytes).toEqual(readFileSync(segment.path).subarray(3));
    expect(segment.read(0, 4)).toHaveLength(4);
  });

  test('leaves nothing behind', () => {
    const segment = open();
    append(segment, 1);
    segment.saveCheckpoint(new ProducerStates());
    expect(statSync(segment.path).mode & 0o777).toBe(0o600);
    const descriptor = files.descriptor(segment.path);
    segment.remove();
    expect(files.descriptor(join(root, 'other')), 'the file was closed').toBe(descriptor);
    expect(existsSync(segment.path)).toBe(false);
    expect(existsSync(segment.path.replace(/log$/, 'checkpoint'))).toBe(false);
    expect(() => segment.removeCheckpoint(), 'there may be none').not.toThrow();
  });
});

describe('a recovered segment', () => {
  test('is as it was, with a checkpoint, without, and with one of the beginning', () => {
    const segment = open();
    for (let i = 0; i < 8; i++) append(segment, 1_000 + i, 30_000);
    const expected = facts(segment);
    const bare = recovered();
    expect([facts(bare.segment), bare.torn, bare.found]).toEqual([expected, 0, [0, 1, 2, 3, 4, 5, 6, 7]]);
    expect(bare.segment.firstAppendMs).toBeGreaterThan(0);
    expect(bare.segment.uncheckpointed).toBe(expected.size);

    bare.segment.aborted.push({ producerId: 5, firstOffset: 1, lastOffset: 3 });
    bare.segment.saveCheckpoint(bare.producers);
    expect(bare.segment.uncheckpointed).toBe(0);
    const checkpointed = recovered();
    expect(checkpointed.found, 'no batch was read').toEqual([]);
    expect(facts(checkpointed.segment)).toEqual(facts(bare.segment));
    expect(checkpointed.producers).toEqual(bare.producers);
    expect(checkpointed.segment.uncheckpointed).toBe(0);
    expect(checkpointed.segment.checkpointedProducers()).toEqual(bare.producers);

    append(checkpointed.segment, 5_000);
    const grown = facts(checkpointed.segment);
    const partly = recovered();
    expect(partly.found).toEqual([8]);
    expect(facts(partly.segment)).toEqual(grown);
    expect(partly.producers.get(5)!.batches.at(-1)).toMatchObject({ first: 8, baseOffset: 8 });
    partly.segment.removeCheckpoint();
    expect(recovered().found).toHaveLength(9);
  });

  test('believes no checkpoint that is damaged, or of another version', () => {
    const segment = open();
    append(segment, 1_000);
    segment.saveCheckpoint(new ProducerStates());
    const path = segment.path.replace(/log$/, 'checkpoint');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('"nextOffset":1', '"nextOffset":7'));
    expect(recovered().found).toEqual([0]);
    expect(recovered().segment.checkpointedProducers()).toEqual(new ProducerStates());
    const newer = text.slice(9).replace('"version":1', '"version":2');
    writeFileSync(path, `${checksum(newer)} ${newer}`);
    expect(recovered().found).toEqual([0]);
    writeFileSync(path, text);
    expect(recovered().found).toEqual([]);
  });

  test('has batches larger than what is read at once', () => {
    const segment = open();
    append(segment, 1, 10);
    append(segment, 2, 3 << 20);
    append(segment, 3, 10);
    append(segment, 4, (1 << 20) - 200);
    const again = recovered();
    expect([again.found, again.torn]).toEqual([[0, 1, 2, 3], 0]);
    expect(facts(again.segment)).toEqual(facts(segment));
  });

  test('ends before what is torn, and before offsets that go back', () => {
    const segment = open();
    append(segment, 1);
    append(segment, 2);
    const { size } = segment;
    appendFileSync(segment.path, buildBatch([{ value: 'old' }]));
    const back = recovered();
    expect(back.found).toEqual([0, 1]);
    expect(back.torn).toBeGreaterThan(0);
    expect(statSync(segment.path).size).toBe(size);
    const large = buildBatch([{ value: 'x'.repeat(2 << 20) }]);
    assignOffsets(large, 2, 0);
    appendFileSync(segment.path, large.subarray(0, -1));
    expect(recovered().torn).toBe(large.length - 1);
    appendFileSync(segment.path, Buffer.alloc(200));
    expect(recovered().torn).toBe(200);
    expect(recovered().torn).toBe(0);
  });

  /** Of about a third of what is read at once, and of all of it. */
  test.each([400_000, (1 << 20) - 72])('ends before a damaged batch, whatever follows it (%i)', (bytesOfValue) => {
    const segment = open();
    append(segment, 1);
    const { size } = segment;
    for (let i = 0; i < 3; i++) append(segment, 2, bytesOfValue);
    files.closeAll();
    const bytes = readFileSync(segment.path);
    bytes[size + 1_000]! ^= 1;
    writeFileSync(segment.path, bytes);
    const { found, torn } = recovered();
    expect([found, torn]).toEqual([[0], bytes.length - size]);
  });

  test('that is empty has not begun', () => {
    const { segment, torn } = recovered();
    expect([segment.firstAppendMs, segment.size, torn]).toEqual([undefined, 0, 0]);
    segment.saveCheckpoint(new ProducerStates());
    expect(existsSync(segment.path.replace(/log$/, 'checkpoint')), 'nothing to save').toBe(false);
  });
});

test('the index has an entry for every 64 KB, and the last before what is sought', () => {
  const index = new SparseIndex();
  expect([index.floor(5), index.floorByTime(5)]).toEqual([0, 0]);
  index.add(100, 0, -1);
  index.add(110, 65_535, 10);
  index.add(120, 65_536, 20);
  index.add(130, 65_536 * 2 - 1, 25);
  index.add(140, 65_536 * 2, 30);
  expect(index.toJSON()).toEqual([
    [100, 120, 140],
    [0, 65_536, 131_072],
    [-1, 20, 30],
  ]);
  const other = new SparseIndex();
  other.restore(index.toJSON());
  for (const each of [index, other]) {
    expect([99, 100, 119, 120, 139, 140, 999].map((offset) => each.floor(offset) / 65_536)).toEqual([
      0, 0, 0, 1, 1, 2, 2,
    ]);
    expect([-1, 0, 20, 21, 30, 31].map((time) => each.floorByTime(time) / 65_536)).toEqual([0, 0, 0, 1, 1, 2]);
  }
});

test('of the open files the one used longest ago is closed for the next', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((name) => join(root, name)) as [string, string, string];
  const few = new OpenFiles(2);
  const first = few.descriptor(a);
  const second = few.descriptor(b);
  expect(few.descriptor(a)).toBe(first);
  expect(few.descriptor(c), 'the number of the one that was closed').toBe(second);
  expect(few.descriptor(a)).toBe(first);
  few.close(a);
  few.close(a);
  expect(few.descriptor(b)).toBe(first);
  few.closeAll();
  expect(few.descriptor(c)).toBe(first);
  few.closeAll();
});
