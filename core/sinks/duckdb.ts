/**
 * DuckDB: exactly once, because rows and offsets are one transaction in the one process that owns the file.
 *
 * A batch is deduplicated by key, appended by data chunks to a temporary table and merged from there in one statement.
 * In the mode `insert` the key is where the record came from, so nothing is dropped and a tombstone is a row as well.
 */
import { z } from 'zod';
import type { SinkComponent, SinkIdentity } from '#core/pipeline/component.ts';
import type { DuckDbOwner, DuckDbSpec } from './duckdb/owner.ts';
import { checkKey, keyField, modeField } from './table/spec.ts';

const specSchema = z.strictObject({
  type: z.literal('duckdb'),
  file: z.string().min(1).optional().describe('A database file of its own; the workspace’s database when left out.'),
  table: z
    .string()
    .regex(/^[^.\0]+(\.[^.\0]+)?$/, 'a table, or schema.table')
    .describe('The table to write to; made when it does not exist.'),
  key: keyField,
  mode: modeField,
});

/** `owner`: who has the file that a sink without one writes to. */
export function duckDbSink(owner: DuckDbOwner): SinkComponent<DuckDbSpec> {
  return {
    type: 'duckdb',
    title: 'DuckDB',
    guarantee: 'exactly-once',
    spec: specSchema,
    describe: ({ table, file }) => (file === undefined ? `duckdb · ${table}` : `duckdb · ${file} · ${table}`),
    open: async (spec, context) => {
      checkKey(spec);
      return owner.open(spec, identityOf(context), context.fields);
    },
    upkeep: {
      look: (spec, context) => owner.look(spec, identityOf(context)),
      reset: (spec, context, request) => owner.reset(spec, identityOf(context), request),
    },
  };
}

/** Without the connection, which has secrets and which no other process needs. */
function identityOf({ pipeline, sink, clusterId, topicId }: SinkIdentity): SinkIdentity {
  return { pipeline, sink, clusterId, topicId };
}
