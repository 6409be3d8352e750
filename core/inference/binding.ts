/**
 * Binds the columns of a batch to the tensors of a model and its outputs to columns.
 *
 * Made once for a schema and a card; `score` is called batch after batch. The tensors' memory is reused, the output
 * columns live as long as the batch's own memory: nothing is allocated per record.
 */
import type { Batch } from '#core/columns/batch.ts';
import { withColumn } from '#core/columns/batch.ts';
import { createColumn, type NumberColumn } from '#core/columns/column.ts';
import { type Field, typeName } from '#core/columns/type.ts';
import { WorkbenchError } from '#core/contract/errors.ts';
import type { ModelCard } from './card.ts';
import { gather } from './gather.ts';
import type { ModelSession } from './session.ts';

export interface ModelBinding {
  /** The columns that scoring adds, in the order of the card's outputs: float32, null where an input is missing. */
  readonly outputs: readonly Field[];
  /**
   * The batch with its predictions. A row with a missing or NaN input has a null prediction, as has a tombstone.
   * One call at a time; blocks the loop while the model computes.
   */
  score(batch: Batch, session: ModelSession): Promise<Batch>;
}

const numericKinds = new Set(['bool', 'int32', 'int64', 'float32', 'float64']);

/**
 * `fields` are those of the batches to come. Throws `MODEL_INPUT_MISSING` that names every input field which is not there
 * or no number, and `CONFLICT` where an output would hide a field of the record. The preflight calls this too.
 */
export function bind(fields: readonly Field[], card: ModelCard): ModelBinding {
  checkInputs(fields, card);
  checkOutputs(fields, card);
  const positions = card.inputs.map((input) =>
    input.fields.map((name) => fields.findIndex((field) => field.name === name)),
  );
  const outputs = card.outputs.map(
    (output): Field => ({ name: output.field, type: { kind: 'float32' }, nullable: true }),
  );
  const tensors: Float32Array[] = [];
  // Keyed by memory, not by batch: a step returns a new batch object over the memory of the same pooled batch.
  const columnsOf = new WeakMap<BigInt64Array, readonly NumberColumn[]>();

  return {
    outputs,
    async score(batch, session) {
      const columns = outputColumns(columnsOf, batch, outputs.length);
      const present = columns[0]!.validity;
      fillTensors(tensors, positions, batch, present);
      const scored = await session.score(tensors, batch.length);
      let result = batch;
      for (const [index, field] of outputs.entries()) {
        const column = columns[index]!;
        column.values.set(scored[index]!);
        if (index > 0) column.validity.set(present);
        result = withColumn(result, field, column);
      }
      return result;
    },
  };
}

/** Stacks the inputs row-major and leaves in `present` the rows that have them all. */
function fillTensors(
  tensors: Float32Array[],
  positions: readonly (readonly number[])[],
  batch: Batch,
  present: Uint8Array,
): void {
  markRows(present, batch);
  for (const [index, columns] of positions.entries()) {
    const width = columns.length;
    if ((tensors[index]?.length ?? 0) < batch.capacity * width)
      tensors[index] = new Float32Array(batch.capacity * width);
    const tensor = tensors[index]!;
    for (const [slot, position] of columns.entries()) {
      gather(batch.columns[position]!, batch.length, { tensor, width, slot }, present);
    }
  }
}

/** A bit for each row of the batch, except tombstones. */
function markRows(present: Uint8Array, batch: Batch): void {
  const whole = batch.length >> 3;
  present.fill(0xff, 0, whole);
  present.fill(0, whole);
  if ((batch.length & 7) !== 0) present[whole] = (1 << (batch.length & 7)) - 1;
  if (batch.tombstones === 0) return;
  for (let row = 0; row < batch.length; row++) {
    if (batch.tombstone[row] === 1) present[row >> 3]! &= ~(1 << (row & 7));
  }
}

function outputColumns(
  columnsOf: WeakMap<BigInt64Array, readonly NumberColumn[]>,
  batch: Batch,
  count: number,
): readonly NumberColumn[] {
  const known = columnsOf.get(batch.offset);
  if (known !== undefined) return known;
  const made = Array.from({ length: count }, () => createColumn({ kind: 'float32' }, batch.capacity) as NumberColumn);
  columnsOf.set(batch.offset, made);
  return made;
}

function checkInputs(fields: readonly Field[], card: ModelCard): void {
  const faults: string[] = [];
  for (const name of new Set(card.inputs.flatMap((input) => input.fields))) {
    const field = fields.find((candidate) => candidate.name === name);
    if (field === undefined) faults.push(`${name} is missing`);
    else if (!numericKinds.has(field.type.kind)) faults.push(`${name} is ${typeName(field.type)}, not a number`);
  }
  if (faults.length === 0) return;
  throw new WorkbenchError(
    'MODEL_INPUT_MISSING',
    `model ${card.name} can't be fed by these records: ${faults.join('; ')}`,
    {
      object: card.name,
      nextStep: `The records have: ${fields.map((field) => `${field.name} (${typeName(field.type)})`).join(', ')}.`,
    },
  );
}

function checkOutputs(fields: readonly Field[], card: ModelCard): void {
  const taken = card.outputs
    .map((output) => output.field)
    .filter((name) => fields.some((field) => field.name === name));
  if (taken.length === 0) return;
  throw new WorkbenchError(
    'CONFLICT',
    `model ${card.name} writes ${taken.join(', ')}, which the records have already`,
    {
      object: card.name,
      nextStep: 'Give the output another field name on the card.',
    },
  );
}
