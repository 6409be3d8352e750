import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { schemaByIdSchema, schemaVersionSchema, subjectDetailsSchema, subjectsChangeSchema } from '../schema.ts';
import { method } from './method.ts';

const subjectName = z.string().meta({ examples: ['flights-value'] });

export const schemasMethods = {
  list: method
    .route({
      method: 'GET',
      path: '/schemas',
      summary: 'List the subjects of the Schema Registry',
      description: 'The first message names all; what is known of each follows in portions, then the stream ends.',
    })
    .output(eventIterator(subjectsChangeSchema)),
  subject: method
    .route({ method: 'GET', path: '/schemas/{subject}', summary: 'Describe a subject' })
    .input(z.object({ subject: subjectName }))
    .output(subjectDetailsSchema),
  version: method
    .route({ method: 'GET', path: '/schemas/{subject}/versions/{version}', summary: 'Read one version of a subject' })
    .input(
      z.object({
        subject: subjectName,
        version: z
          .int()
          .min(1)
          .meta({ examples: [1] }),
      }),
    )
    .output(schemaVersionSchema),
  byId: method
    .route({ method: 'GET', path: '/schemas/ids/{id}', summary: 'Read a schema by the id that records carry' })
    .input(
      z.object({
        id: z
          .int()
          .min(0)
          .meta({ examples: [1] }),
      }),
    )
    .output(schemaByIdSchema),
};
