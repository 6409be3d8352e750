import { z } from 'zod';
import { modelCardViewSchema, modelParitySchema, modelSummarySchema } from '../model.ts';
import { method } from './method.ts';

const named = z.object({ name: z.string().meta({ examples: ['arrival-delay'] }) });

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
    .input(named)
    .output(modelCardViewSchema),
  checkParity: method
    .route({
      method: 'GET',
      path: '/models/{name}/parity',
      summary: 'Compute a model’s parity rows here, and compare them with what its trainer saw',
    })
    .input(named)
    .output(modelParitySchema),
};
