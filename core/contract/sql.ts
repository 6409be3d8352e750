/** Questions in SQL to the workspace's database, and their results in pages of columns. */
import { z } from 'zod';
import { errorDataSchema } from './error-data.ts';

export const queryIdSchema = z.uuid().meta({ examples: ['3f2c1c0e-8f0b-4c58-9d55-0c3a4f5e6a71'] });

/**
 * What one value of a column is: `number` fits a double exactly; `int64` is a bigint; `decimal` (128-bit integers too), `date`,
 * `time`, `timestamp` and `json` are their exact text; `bytes` a Uint8Array.
 */
export const sqlKinds = [
  'bool',
  'number',
  'int64',
  'decimal',
  'text',
  'bytes',
  'date',
  'time',
  'timestamp',
  'json',
] as const;
export type SqlKind = (typeof sqlKinds)[number];

export const sqlColumnSchema = z.object({
  name: z.string(),
  /** As DuckDB names it. */
  type: z.string(),
  kind: z.enum(sqlKinds),
});
export type SqlColumn = z.infer<typeof sqlColumnSchema>;

/** `running` → one of the others. What was read before a cancel or a failure stays readable. */
export const queryStates = ['running', 'done', 'failed', 'cancelled'] as const;

export const queryStatusSchema = z.object({
  queryId: z.string(),
  state: z.enum(queryStates),
  /** Null until the engine answers, and for statements without a result. */
  columns: z.array(sqlColumnSchema).nullable(),
  /** Rows that `page` can give now. */
  rows: z.int(),
  /** All rows of the result; null while it is not known, as it stays where reading ended at the limit. */
  totalRows: z.int().nullable(),
  /** There are more rows than the limit; they were not read. */
  isTruncated: z.boolean(),
  /** Rows inserted, updated or deleted; null for a question. */
  rowsChanged: z.int().nullable(),
  /** 0 to 100; null when the engine can't tell. */
  percent: z.number().nullable(),
  elapsedMs: z.number(),
  error: errorDataSchema.nullable(),
});
export type QueryStatus = z.infer<typeof queryStatusSchema>;

export type SqlValue = null | boolean | number | bigint | string | Uint8Array;

export const sqlPageSchema = z.object({
  /** Number of the first row given, from 0. */
  from: z.int(),
  rows: z.int(),
  columns: z.array(sqlColumnSchema),
  /** For each column its values, one a row. */
  values: z.array(z.array(z.custom<SqlValue>((value) => value !== undefined))),
});
export type SqlPage = z.infer<typeof sqlPageSchema>;

export const sqlTableSchema = z.object({
  schema: z.string(),
  name: z.string(),
  kind: z.enum(['table', 'view']),
  /** As the engine estimates it; null for views. */
  rows: z.int().nullable(),
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
});
export type SqlTable = z.infer<typeof sqlTableSchema>;

/** Rows kept of a result when the caller names no limit, and at most. */
export const defaultRowLimit = 1_000_000;
export const largestRowLimit = 100_000_000;
export const largestPageRows = 10_000;
