import { z } from 'zod';
import { modelCardViewSchema, modelSummarySchema } from '../model.ts';
import { method } from './method.ts';

export const modelsMethods = {
  list: method
    .route({ method: 'GET', path: '/models', summary: 'List the models that pipelines can name' })
    .output(z.array(modelSummarySchema)),
  card: method
    .route({
      method: 'GET',
      path: '/models/{name}',
      summary: 'Read a model’s card, and compare its file with it',
    })
    .input(z.object({ name: z.string().meta({ examples: ['arrival-delay'] }) }))
    .output(modelCardViewSchema),
};
