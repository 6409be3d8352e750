import { z } from 'zod';
import { modelSummarySchema } from '../model.ts';
import { method } from './method.ts';

export const modelsMethods = {
  list: method
    .route({ method: 'GET', path: '/models', summary: 'List the models that pipelines can name' })
    .output(z.array(modelSummarySchema)),
};
