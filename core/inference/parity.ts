/** Does this machine compute what the trainer saw? Compares a model with the rows in its `parity.json`. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { WorkbenchError } from '#core/contract/errors.ts';
import { type ModelSession, openModel } from './session.ts';

const paritySchema = z.looseObject({
  /** What each value of `inputs` is; every field of the card's inputs is among them. */
  fields: z.array(z.string()).min(1),
  /** A row agrees if it is within one of the two. */
  tolerance: z.object({ absolute: z.number().positive(), relative: z.number().positive() }),
  /** `expected` is the first output of the card. */
  rows: z.array(z.object({ inputs: z.array(z.number()), expected: z.number() })).min(1),
});
type Parity = z.infer<typeof paritySchema>;

export interface ParityReport {
  readonly rows: number;
  /** Rows beyond the tolerance. */
  readonly differing: number;
  /** The largest difference, absolute, in the output's unit. */
  readonly worst: number;
}

/** What the child that computes is asked. */
export interface ParityApi {
  check(input: { readonly dir: string }): Promise<ParityReport | undefined>;
}

/**
 * Loads the model in `dir` and compares it; undefined where its card names no parity rows. Throws as `openModel` does, and
 * `MODEL_INVALID` where the rows can't be read. Blocks the loop while it computes.
 */
export async function checkParity(dir: string): Promise<ParityReport | undefined> {
  const session = await openModel(dir);
  try {
    const file = session.card.parity;
    return file === undefined ? undefined : await compare(session, await readParity(join(dir, file)));
  } finally {
    await session.close();
  }
}

async function compare(session: ModelSession, parity: Parity): Promise<ParityReport> {
  const outputs = await session.score(stack(parity, session), parity.rows.length);
  const scored = outputs[0]!;
  let differing = 0;
  let worst = 0;
  for (const [row, { expected }] of parity.rows.entries()) {
    const difference = Math.abs(scored[row]! - expected);
    const allowed = Math.max(parity.tolerance.absolute, parity.tolerance.relative * Math.abs(expected));
    // Written this way round so that NaN differs.
    if (!(difference <= allowed)) differing++;
    worst = Math.max(worst, difference);
  }
  return { rows: parity.rows.length, differing, worst };
}

export async function countParityRows(file: string): Promise<number> {
  return (await readParity(file)).rows.length;
}

async function readParity(file: string): Promise<Parity> {
  try {
    return paritySchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new WorkbenchError('MODEL_INVALID', `reading parity rows: ${(cause as Error).message}`, {
      object: file,
      cause,
    });
  }
}

function stack(parity: Parity, session: ModelSession): Float32Array[] {
  return session.card.inputs.map((input) => {
    const positions = input.fields.map((field) => parity.fields.indexOf(field));
    return Float32Array.from(parity.rows.flatMap((row) => positions.map((position) => row.inputs[position] ?? NaN)));
  });
}
