/** The fields that every sink with tables has in a definition: which rows are one, and what a second one of them means. */
import { z } from 'zod';
import { WorkbenchError } from '#core/contract/errors.ts';

export const keyField = z.array(z.string()).default([]).describe('The columns that tell one row from another.');

export const modeField = z
  .enum(['upsert', 'insert'])
  .default('upsert')
  .describe('upsert: the last record of a key wins, a tombstone deletes. insert: every record is a row.');

export interface TableSpec {
  readonly table: string;
  readonly key: readonly string[];
  readonly mode: z.infer<typeof modeField>;
}

/** Throws `PREFLIGHT_FAILED` when key and mode do not go together. */
export function checkKey({ table, key, mode }: TableSpec): void {
  if (mode === 'upsert' && key.length === 0) {
    throw new WorkbenchError('PREFLIGHT_FAILED', 'The sink has no key.', {
      object: table,
      nextStep: 'Name the key columns in the definition (key: [id]), or choose the mode insert.',
    });
  }
  if (mode === 'insert' && key.length > 0) {
    throw new WorkbenchError('PREFLIGHT_FAILED', 'The mode insert has a key of its own: topic, partition and offset.', {
      object: table,
      nextStep: 'Leave out the key, or choose the mode upsert.',
    });
  }
}
