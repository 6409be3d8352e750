/**
 * The typed API: every method of the workbench, served over WebSocket, a MessagePort or HTTP (`/api`) alike.
 *
 * Adding a method = an entry here, its implementation in the part's `api.ts`, its caller. Errors arrive as `WORKBENCH`
 * with `ErrorData` inside; streams are event iterators of snapshots or pages, never a message a record. `route` is what
 * programs see of it: path, summary and, by the schemas, its inputs, outputs and an example.
 */
import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { errorDataSchema } from './error-data.ts';
import { snapshotSchema } from './live.ts';
import { modelSummarySchema } from './model.ts';
import { pipelineStatusSchema } from './pipeline.ts';
import { recordCursorSchema, recordPageSchema, topicSummarySchema } from './record.ts';
import {
  defaultRowLimit,
  largestPageRows,
  largestRowLimit,
  queryIdSchema,
  queryStatusSchema,
  sqlPageSchema,
  sqlTableSchema,
} from './sql.ts';

const method = oc.errors({ WORKBENCH: { status: 422, data: errorDataSchema } });
const pipelineName = z.object({ name: z.string().meta({ examples: ['flights-to-postgres'] }) });

export const contract = {
  system: {
    info: method.route({ method: 'GET', path: '/system', summary: 'What runs here, and where its files are' }).output(
      z.object({
        version: z.string(),
        node: z.string(),
        platform: z.string(),
        workspace: z.string(),
        stateDir: z.string(),
      }),
    ),
    watch: method
      .route({
        method: 'GET',
        path: '/system/live',
        summary: 'Follow everything that runs',
        description: 'The present snapshot at once, then a new one at each change, at most four a second.',
      })
      .output(eventIterator(snapshotSchema)),
  },
  topics: {
    list: method
      .route({ method: 'GET', path: '/topics', summary: 'List the topics of the cluster' })
      .output(z.array(topicSummarySchema)),
    records: method
      .route({
        method: 'GET',
        path: '/topics/{topic}/records',
        summary: 'Read a page of records, newest first',
        description: '`before` (the `older` of the page before) continues towards older records.',
      })
      .input(
        z.object({
          topic: z.string().meta({ examples: ['flights'] }),
          limit: z.int().min(1).max(1000).default(100),
          before: recordCursorSchema.optional(),
        }),
      )
      .output(recordPageSchema),
  },
  pipelines: {
    list: method
      .route({ method: 'GET', path: '/pipelines', summary: 'List the pipelines of the workspace and how they do' })
      .output(z.array(pipelineStatusSchema)),
    source: method
      .route({
        method: 'GET',
        path: '/pipelines/{name}/source',
        summary: 'Read a pipeline’s YAML as it is in the workspace',
      })
      .input(pipelineName)
      .output(z.object({ file: z.string(), text: z.string() })),
    start: method
      .route({ method: 'POST', path: '/pipelines/{name}/start', summary: 'Start a pipeline' })
      .input(pipelineName)
      .output(z.void()),
    stop: method
      .route({
        method: 'POST',
        path: '/pipelines/{name}/stop',
        summary: 'Stop a pipeline',
        description: 'Commits what is in flight, then ends its process; answers when it is gone.',
      })
      .input(pipelineName)
      .output(z.void()),
    components: method
      .route({
        method: 'GET',
        path: '/pipelines/components',
        summary: 'Describe the kinds of sink',
        description: 'The JSON Schema of each kind’s own fields, for forms and completion.',
      })
      .output(
        z.object({
          sinks: z.array(z.object({ type: z.string(), title: z.string(), schema: z.record(z.string(), z.unknown()) })),
        }),
      ),
  },
  models: {
    list: method
      .route({ method: 'GET', path: '/models', summary: 'List the models that pipelines can name' })
      .output(z.array(modelSummarySchema)),
  },
  sql: {
    run: method
      .route({
        method: 'POST',
        path: '/sql',
        summary: 'Run SQL in the workspace’s DuckDB database and follow it',
        description:
          'Runs all statements, keeps the rows of the last one up to the limit, and says how far it is until it ended. ' +
          'Ending the stream cancels it. Rows are read with the page method; a result that nobody reads for ten minutes is dropped.',
      })
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
      .input(z.object({ queryId: queryIdSchema }))
      .output(z.void()),
    tables: method
      .route({ method: 'GET', path: '/sql/tables', summary: 'List the tables of the workspace’s database' })
      .output(z.array(sqlTableSchema)),
  },
  sandbox: {
    setFeedRate: method
      .route({
        method: 'PUT',
        path: '/sandbox/feed',
        summary: 'Set how many records a second the sample feed sends',
        description: '0 pauses it.',
      })
      .input(
        z.object({
          ratePerSecond: z
            .number()
            .min(0)
            .max(100_000)
            .meta({ examples: [200] }),
        }),
      )
      .output(z.void()),
  },
};
