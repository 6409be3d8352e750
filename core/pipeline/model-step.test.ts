import { expect, test } from 'vitest';
import { columnOf } from '#core/columns/batch.ts';
import { batchOf } from '#core/columns/test-batch.ts';
import type { Field } from '#core/columns/type.ts';
import { type ModelCard, parseCard } from '#core/inference/card.ts';
import type { ModelSession } from '#core/inference/session.ts';
import { createModelStep } from './model-step.ts';

const fields: readonly Field[] = [
  { name: 'x', type: { kind: 'float64' }, nullable: true },
  { name: 'truth', type: { kind: 'float64' }, nullable: true },
];

function cardOf(output: string, more = ''): ModelCard {
  return parseCard(
    `
version: 1
name: doubles
title: Doubles
model: { file: model.onnx, sha256: '${'0'.repeat(64)}' }
inputs: [{ tensor: in, type: float32, fields: [x] }]
outputs: [${more}{ tensor: out, type: float32, field: predicted${output} }]
missing: null
`,
    'card.yaml',
  );
}

/** Twice the input, for each output: what a model of one multiplication answers. */
function sessionOf(card: ModelCard) {
  const closed = { count: 0 };
  const session = {
    card,
    score: async ([input]: readonly Float32Array[], rows: number) =>
      card.outputs.map(() => input!.slice(0, rows).map((value) => 2 * value)),
    close: async () => {
      closed.count += 1;
    },
  } as unknown as ModelSession;
  return { session, closed };
}

const measured = ', target: truth, unit: minutes';

test('its columns are those of the records and the predictions; it closes the model with itself', async () => {
  const { session, closed } = sessionOf(cardOf(''));
  const step = createModelStep(session, fields);
  expect(step.title).toBe('doubles');
  expect(step.fields.map(({ name }) => name)).toEqual(['x', 'truth', 'predicted']);
  const scored = await step.apply(batchOf(fields, [{ values: { x: 1.5 } }, { values: { x: 4 } }]));
  expect(columnOf(scored, 'predicted')).toMatchObject({ layout: 'float32' });
  expect([...(columnOf(scored, 'predicted') as { values: Float32Array }).values.slice(0, 2)]).toEqual([3, 8]);
  expect(step.error).toBeNull();
  await step.close();
  expect(closed.count).toBe(1);
});

test('the error is the mean over all rows that have both a prediction and the truth', async () => {
  const step = createModelStep(sessionOf(cardOf(measured)).session, fields);
  expect(step.error).toBeNull();
  await step.apply(
    batchOf(fields, [
      { values: { x: 1, truth: 5 } },
      { values: { x: 2 } },
      { values: { truth: 100 } },
      { values: { x: 3, truth: 1_000 }, tombstone: true },
      { values: { x: 10, truth: 19 } },
    ]),
  );
  expect(step.error).toEqual({ mean: 2, rows: 2n, unit: 'minutes' });
  await step.apply(batchOf(fields, [{ values: { x: 1, truth: 10 } }, { values: { x: 0, truth: 0 } }]));
  expect(step.error).toEqual({ mean: 3, rows: 4n, unit: 'minutes' });
});

test('the error is that of the output which names its truth', async () => {
  const card = cardOf(measured, '{ tensor: other, type: float32, field: other }, ');
  const step = createModelStep(sessionOf(card).session, fields);
  await step.apply(batchOf(fields, [{ values: { x: 1, truth: 5 } }]));
  expect(step.error).toEqual({ mean: 3, rows: 1n, unit: 'minutes' });
});

test.each<readonly [Field['type'], number | null]>([
  [{ kind: 'int32' }, 3],
  [{ kind: 'float32' }, 3],
  [{ kind: 'utf8' }, null],
])('the truth may be %j: error %j', async (type, mean) => {
  const typed: readonly Field[] = [fields[0]!, { name: 'truth', type, nullable: true }];
  const step = createModelStep(sessionOf(cardOf(', target: truth')).session, typed);
  await step.apply(batchOf(typed, [{ values: { x: 1, truth: 5 } }]));
  expect(step.error).toEqual(mean === null ? null : { mean, rows: 1n, unit: '' });
});

test('records without the truth are scored all the same', async () => {
  const [x] = fields;
  const step = createModelStep(sessionOf(cardOf(measured)).session, [x!]);
  const scored = await step.apply(batchOf([x!], [{ values: { x: 1 } }]));
  expect(scored.columns).toHaveLength(2);
  expect(step.error).toBeNull();
});
