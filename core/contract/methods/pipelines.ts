import { z } from 'zod';
import { pipelineStatusSchema } from '../pipeline.ts';
import { resetPreviewSchema, resetTargetSchema, sinkStateSchema } from '../reset.ts';
import { method } from './method.ts';

const pipelineName = z.object({ name: z.string().meta({ examples: ['flights-to-postgres'] }) });

const resetInput = pipelineName.extend({
  to: resetTargetSchema,
  empties: z.boolean().default(false).describe('Also removes all rows of the sinks’ tables.'),
});

export const pipelinesMethods = {
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
    .meta({ changes: { kind: 'pipeline', name: 'name' } })
    .input(pipelineName)
    .output(z.void()),
  stop: method
    .route({
      method: 'POST',
      path: '/pipelines/{name}/stop',
      summary: 'Stop a pipeline',
      description: 'Commits what is in flight, then ends its process; answers when it is gone.',
    })
    .meta({ changes: { kind: 'pipeline', name: 'name' } })
    .input(pipelineName)
    .output(z.void()),
  sinks: method
    .route({
      method: 'GET',
      path: '/pipelines/{name}/sinks',
      summary: 'Count the rows of a pipeline’s sinks',
      description: 'All rows of each target, whoever wrote them.',
    })
    .input(pipelineName)
    .output(z.array(sinkStateSchema)),
  previewReset: method
    .route({
      method: 'POST',
      path: '/pipelines/{name}/reset/preview',
      summary: 'Say what a reset would change',
      description: 'For each partition where it stands and where it would go on, and what happens in the sink.',
    })
    .meta({ changes: null })
    .input(resetInput)
    .output(resetPreviewSchema),
  reset: method
    .route({
      method: 'POST',
      path: '/pipelines/{name}/reset',
      summary: 'Let a stopped pipeline read from elsewhere, with its tables emptied where asked',
      description:
        'Offsets and tables change in one transaction of each sink, and only as `seen` in the preview. `confirm` is the ' +
        'pipeline’s name where the preview calls it destructive.',
    })
    .meta({ changes: { kind: 'pipeline', name: 'name' } })
    .input(
      resetInput.extend({
        seen: z.string().meta({ examples: ['the `seen` of the preview'] }),
        confirm: z.string().optional(),
      }),
    )
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
};
