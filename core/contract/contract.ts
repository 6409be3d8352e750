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
