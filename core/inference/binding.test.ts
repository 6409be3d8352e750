import { describe, expect, it } from 'vitest';
import { type Batch, columnOf, createBatch, resetBatch } from '#core/columns/batch.ts';
import type { Int64Column, NumberColumn } from '#core/columns/column.ts';
import { isValid, setNull, setValid } from '#core/columns/column.ts';
import type { Field } from '#core/columns/type.ts';
import { bind } from './binding.ts';
import { type ModelCard, parseCard } from './card.ts';
import type { ModelSession } from './session.ts';

const fields: readonly Field[] = [
  { name: 'id', type: { kind: 'int64' }, nullable: false },
  { name: 'name', type: { kind: 'utf8' }, nullable: false },
  { name: 'delay', type: { kind: 'float32' }, nullable: true },
  { name: 'distance', type: { kind: 'int32' }, nullable: false },
  { name: 'weight', type: { kind: 'float64' }, nullable: true },
  { name: 'night', type: { kind: 'bool' }, nullable: false },
];

function cardWith(inputs: string, output = 'sum'): ModelCard {
  return parseCard(
    `{ version: 1, name: m, title: M, model: { file: m.onnx, sha256: '${'0'.repeat(64)}' },
       inputs: [{ tensor: x, type: float32, fields: [${inputs}] }],
       outputs: [{ tensor: y, type: float32, field: ${output} }], missing: null }`,
    'card.yaml',
  );
}

/** A model whose prediction is the sum of its inputs: shows what was bound without a file. */
function summing(card: ModelCard): ModelSession & { seen: number[][] } {
  const width = card.inputs[0]!.fields.length;
  const seen: number[][] = [];
  return {
    card,
    seen,
    score(inputs, rows) {
      const sums = new Float32Array(rows);
      for (let row = 0; row < rows; row++) {
        const values = [...inputs[0]!.subarray(row * width, (row + 1) * width)];
        seen.push(values);
        sums[row] = values.reduce((a, b) => a + b, 0);
      }
      return Promise.resolve([sums]);
    },
    close: () => Promise.resolve(),
  };
}

function fill(batch: Batch, rows: number): void {
  for (let row = 0; row < rows; row++) {
    (columnOf(batch, 'id') as Int64Column).values[row] = BigInt(row) - 3n;
    (columnOf(batch, 'delay') as NumberColumn).values[row] = row + 0.5;
    (columnOf(batch, 'distance') as NumberColumn).values[row] = 100 * row;
    (columnOf(batch, 'weight') as NumberColumn).values[row] = 1 - row;
    const night = columnOf(batch, 'night')!;
    if (night.layout === 'bits' && row % 2 === 1) night.values[row >> 3]! |= 1 << (row & 7);
    for (const column of batch.columns) setValid(column, row);
  }
  batch.length = rows;
}

function predictions(batch: Batch, name = 'sum'): (number | null)[] {
  const column = columnOf(batch, name) as NumberColumn;
  return Array.from({ length: batch.length }, (_, row) => (isValid(column, row) ? column.values[row]! : null));
}

describe('bind', () => {
  it('stacks every numeric type in the order of the card', async () => {
    const card = cardWith('distance, id, delay, night, weight');
    const session = summing(card);
    const batch = createBatch(fields, 16);
    fill(batch, 10);
    const scored = await bind(fields, card).score(batch, session);
    expect(session.seen[9]).toEqual([900, 6, 9.5, 1, -8]);
    expect(session.seen[0]).toEqual([0, -3, 0.5, 0, 1]);
    expect(predictions(scored)[9]).toBe(908.5);
    expect(scored.fields.at(-1)).toEqual({ name: 'sum', type: { kind: 'float32' }, nullable: true });
    expect(batch.fields).toBe(fields);
  });

  it('reads an int64 beyond 32 bits, negative too', async () => {
    const card = cardWith('id');
    const session = summing(card);
    const batch = createBatch(fields, 4);
    fill(batch, 4);
    const id = columnOf(batch, 'id') as Int64Column;
    id.values.set([2n ** 53n, -(2n ** 40n) - 1n, -1n, 4294967295n]);
    await bind(fields, card).score(batch, session);
    expect(session.seen.flat()).toEqual([2 ** 53, -(2 ** 40) - 1, -1, 4294967295].map(Math.fround));
  });

  it('gives a null prediction to rows with a missing or NaN input and to tombstones, and to no others', async () => {
    const card = cardWith('delay, weight');
    const binding = bind(fields, card);
    const batch = createBatch(fields, 24);
    fill(batch, 21);
    setNull(columnOf(batch, 'delay')!, 0);
    setNull(columnOf(batch, 'weight')!, 8);
    (columnOf(batch, 'weight') as NumberColumn).values[15] = NaN;
    (columnOf(batch, 'delay') as NumberColumn).values[16] = NaN;
    setNull(columnOf(batch, 'distance')!, 5);
    batch.tombstone[20] = 1;
    batch.tombstones = 1;
    const found = predictions(await binding.score(batch, summing(card)));
    expect(found.flatMap((value, row) => (value === null ? [row] : []))).toEqual([0, 8, 15, 16, 20]);
    expect(found[19]).toBe(1.5);
  });

  it('forgets the rows of the batch before when a batch is filled again', async () => {
    const card = cardWith('delay');
    const binding = bind(fields, card);
    const batch = createBatch(fields, 16);
    fill(batch, 16);
    setNull(columnOf(batch, 'delay')!, 1);
    const first = await binding.score(batch, summing(card));
    expect(predictions(first)[1]).toBeNull();
    resetBatch(batch);
    fill(batch, 3);
    const second = await binding.score(batch, summing(card));
    expect(predictions(second)).toEqual([0.5, 1.5, 2.5]);
    const column = columnOf(second, 'sum')!;
    expect(isValid(column, 3)).toBe(false);
    expect(columnOf(first, 'sum')).toBe(column);
  });

  it('keeps the predictions of one batch while another is scored', async () => {
    const card = cardWith('delay');
    const binding = bind(fields, card);
    const [one, two] = [createBatch(fields, 8), createBatch(fields, 8)];
    fill(one, 2);
    fill(two, 8);
    (columnOf(two, 'delay') as NumberColumn).values[0] = 77;
    const scored = await binding.score(one, summing(card));
    await binding.score(two, summing(card));
    expect(predictions(scored)).toEqual([0.5, 1.5]);
  });

  it('names each input that is missing or no number', () => {
    expect(() => bind(fields, cardWith('delay, dealy, name, nmae'))).toThrow(
      expect.objectContaining({
        code: 'MODEL_INPUT_MISSING',
        message: "model m can't be fed by these records: dealy is missing; name is utf8, not a number; nmae is missing",
      }),
    );
  });

  it('refuses an output that the records have already', () => {
    expect(() => bind(fields, cardWith('delay', 'distance'))).toThrow(expect.objectContaining({ code: 'CONFLICT' }));
  });
});
