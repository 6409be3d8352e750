/** The step that scores a batch with a model and measures its error where the truth is in the record. */
import type { Batch } from '#core/columns/batch.ts';
import { columnOf } from '#core/columns/batch.ts';
import { type Column, isValid } from '#core/columns/column.ts';
import type { Field } from '#core/columns/type.ts';
import { bind } from '#core/inference/binding.ts';
import type { ModelCard } from '#core/inference/card.ts';
import type { ModelSession } from '#core/inference/session.ts';
import type { Step } from './component.ts';

/** Mean absolute error over the rows scored so far. */
export interface ModelError {
  readonly mean: number;
  readonly rows: bigint;
  readonly unit: string;
}

export interface ModelStep extends Step {
  readonly card: ModelCard;
  /** Null while no row had both a prediction and the truth. */
  readonly error: ModelError | null;
}

/** Throws `MODEL_INPUT_MISSING` when `fields` can't feed the model. Closes `session` with itself. */
export function createModelStep(session: ModelSession, fields: readonly Field[]): ModelStep {
  const { card } = session;
  const binding = bind(fields, card);
  const measured = card.outputs.find((output) => output.target !== undefined);
  let sum = 0;
  let rows = 0;
  return {
    card,
    title: card.name,
    fields: [...fields, ...binding.outputs],
    get error() {
      return rows === 0 ? null : { mean: sum / rows, rows: BigInt(rows), unit: measured?.unit ?? '' };
    },
    async apply(batch) {
      const scored = await binding.score(batch, session);
      if (measured?.target === undefined) return scored;
      const added = absoluteError(scored, measured.field, measured.target);
      sum += added.sum;
      rows += added.rows;
      return scored;
    },
    close: () => session.close(),
  };
}

function absoluteError(batch: Batch, prediction: string, target: string): { sum: number; rows: number } {
  const predicted = numbers(columnOf(batch, prediction));
  const truth = numbers(columnOf(batch, target));
  let sum = 0;
  let rows = 0;
  if (predicted === undefined || truth === undefined) return { sum, rows };
  for (let row = 0; row < batch.length; row++) {
    if (!isValid(predicted, row) || !isValid(truth, row)) continue;
    sum += Math.abs(predicted.values[row]! - truth.values[row]!);
    rows += 1;
  }
  return { sum, rows };
}

function numbers(column: Column | undefined) {
  return column?.layout === 'float32' || column?.layout === 'float64' || column?.layout === 'int32'
    ? column
    : undefined;
}
