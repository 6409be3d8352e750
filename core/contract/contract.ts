/**
 * The typed API: every method of the workbench, served over WebSocket, a MessagePort or HTTP alike.
 *
 * Adding a method = an entry here, its implementation in the part's `api.ts`, its caller. Errors arrive as `WORKBENCH`
 * with `ErrorData` inside; streams are event iterators of snapshots or pages, never a message a record.
 */
import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { errorDataSchema } from './error-data.ts';
import { snapshotSchema } from './live.ts';
import { pipelineStatusSchema } from './pipeline.ts';
import { recordCursorSchema, recordPageSchema, topicSummarySchema } from './record.ts';

const method = oc.errors({ WORKBENCH: { data: errorDataSchema } });

export const contract = {
  system: {
    info: method.output(
      z.object({
        version: z.string(),
        node: z.string(),
        platform: z.string(),
        workspace: z.string(),
        stateDir: z.string(),
      }),
    ),
    /** The present snapshot at once, then a new one at each change, at most four a second. */
    watch: method.output(eventIterator(snapshotSchema)),
  },
  topics: {
    list: method.output(z.array(topicSummarySchema)),
    /** A page of records, newest first; `before` continues towards older ones. */
    records: method
      .input(
        z.object({
          topic: z.string(),
          limit: z.int().min(1).max(1000).default(100),
          before: recordCursorSchema.optional(),
        }),
      )
      .output(recordPageSchema),
  },
  pipelines: {
    list: method.output(z.array(pipelineStatusSchema)),
    /** The YAML as it is in the workspace. */
    source: method.input(z.object({ name: z.string() })).output(z.object({ file: z.string(), text: z.string() })),
    start: method.input(z.object({ name: z.string() })).output(z.void()),
    /** Drains what is in flight, then ends the process. */
    stop: method.input(z.object({ name: z.string() })).output(z.void()),
    /** JSON Schema of each kind of sink, for forms and completion. */
    components: method.output(
      z.object({
        sinks: z.array(z.object({ type: z.string(), title: z.string(), schema: z.record(z.string(), z.unknown()) })),
      }),
    ),
  },
  models: {
    list: method.output(
      z.array(
        z.object({
          name: z.string(),
          title: z.string(),
          inputs: z.array(z.string()),
          output: z.string(),
          metrics: z.record(z.string(), z.number()),
          error: errorDataSchema.nullable(),
        }),
      ),
    ),
  },
  sandbox: {
    /** Sets how many records a second the sample feed sends; 0 pauses it. */
    setFeedRate: method.input(z.object({ ratePerSecond: z.number().min(0).max(100_000) })).output(z.void()),
  },
};
