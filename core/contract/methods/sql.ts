import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import {
  defaultRowLimit,
  largestPageRows,
  largestRowLimit,
  queryIdSchema,
  queryStatusSchema,
  sqlPageSchema,
  sqlTableSchema,
} from '../sql.ts';
import { method } from './method.ts';

export const sqlMethods = {
  run: method
    .route({
      method: 'POST',
      path: '/sql',
      summary: 'Run SQL in the workspace’s DuckDB database and follow it',
      description:
        'Runs all statements, keeps the rows of the last one up to the limit, and says how far it is until it ended. ' +
        'Ending the stream cancels it. Rows are read with the page method; a result that nobody reads for ten minutes is dropped.',
    })
    .meta({ changes: null })
    .input(
      z.object({
        sql: z.string().meta({ examples: ['SELECT carrier, avg(arr_delay) FROM flights GROUP BY ALL'] }),
        queryId: queryIdSchema
          .optional()
          .describe('Chosen by the caller, so that it can cancel before the first answer.'),
        limit: z.int().min(1).max(largestRowLimit).default(defaultRowLimit).describe('Rows to keep at most.'),
      }),
    )
    .output(eventIterator(queryStatusSchema)),
  page: method
    .route({
      method: 'GET',
      path: '/sql/{queryId}/rows',
      summary: 'Read a page of a result, in columns',
      description: 'From any row on, as often as wanted: the query ran once and its rows do not change.',
    })
    .input(
      z.object({
        queryId: queryIdSchema,
        from: z.int().min(0).default(0),
        rows: z.int().min(1).max(largestPageRows).default(500),
      }),
    )
    .output(sqlPageSchema),
  cancel: method
    .route({
      method: 'POST',
      path: '/sql/{queryId}/cancel',
      summary: 'Cancel a running query',
      description: 'Answers when the engine has stopped; no fault when it ended already.',
    })
    .meta({ changes: null })
    .input(z.object({ queryId: queryIdSchema }))
    .output(z.void()),
  tables: method
    .route({ method: 'GET', path: '/sql/tables', summary: 'List the tables of the workspace’s database' })
    .output(z.array(sqlTableSchema)),
};
