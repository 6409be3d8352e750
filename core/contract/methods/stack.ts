import { stackSchema } from '../stack.ts';
import { method } from './method.ts';

export const stackMethods = {
  get: method
    .route({
      method: 'GET',
      path: '/stack',
      summary: 'List the containers of this machine, by compose project',
      description: 'Where no container engine answers, what was looked for and what to do.',
    })
    .output(stackSchema),
};
