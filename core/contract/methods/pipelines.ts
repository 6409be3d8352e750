import { z } from 'zod';
import { pipelineStatusSchema } from '../pipeline.ts';
import { method } from './method.ts';

const pipelineName = z.object({ name: z.string().meta({ examples: ['flights-to-postgres'] }) });

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
};
