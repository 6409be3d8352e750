import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import {
  connectionDefinitionSchema,
  connectionNameSchema,
  connectionSummarySchema,
  draftSchema,
  parsedPropertiesSchema,
  secretsStatusSchema,
  testReportSchema,
} from '../connection.ts';
import { errorDataSchema } from '../error-data.ts';
import { unkept } from '../journal.ts';
import { policySchema } from '../policy.ts';
import { method } from './method.ts';

const named = z.object({ name: connectionNameSchema.meta({ examples: ['orders-test'] }) });

/** No method gives a secret out: only its name, and whether it is set. */
export const connectionsMethods = {
  list: method
    .route({ method: 'GET', path: '/connections', summary: 'List the connections, and say which one is in use' })
    .output(
      z.object({
        current: z.string(),
        connections: z.array(connectionSummarySchema),
        secrets: secretsStatusSchema,
      }),
    ),
  get: method
    .route({ method: 'GET', path: '/connections/{name}', summary: 'Read one connection as its file has it' })
    .input(named)
    .output(
      z.object({
        /** Null where the file can't be read as a connection: see `fault`. */
        definition: connectionDefinitionSchema.nullable(),
        file: z.string(),
        fault: errorDataSchema.nullable(),
        secrets: z.array(z.object({ name: z.string(), isSet: z.boolean() })),
      }),
    ),
  save: method
    .route({
      method: 'PUT',
      path: '/connections',
      summary: 'Write a connection and its secrets',
      description: 'The file keeps its comments. `isNew` refuses a name that is taken.',
    })
    .meta({ changes: { kind: 'connection', name: 'definition.name' } })
    .input(draftSchema.extend({ isNew: z.boolean().default(false) }))
    .output(z.void()),
  remove: method
    .route({ method: 'DELETE', path: '/connections/{name}', summary: 'Remove a connection and its secrets' })
    .meta({ changes: { kind: 'connection', name: 'name' } })
    .input(named)
    .output(z.void()),
  restore: method
    .route({
      method: 'POST',
      path: '/connections/{name}/restore',
      summary: 'Bring back a connection that was removed in this run, with its secrets',
    })
    .meta({ changes: { kind: 'connection', name: 'name' } })
    .input(named)
    .output(z.void()),
  switch: method
    .route({
      method: 'PUT',
      path: '/connections/current',
      summary: 'Choose the connection that topics and records are read from',
      description: 'Pipelines keep the connection that their definition names.',
    })
    .meta({ changes: { kind: 'connection', name: 'name' } })
    .input(named)
    .output(z.void()),
  test: method
    .route({
      method: 'POST',
      path: '/connections/test',
      summary: 'Connect for real, step by step',
      description: 'A saved connection by `name`, or a draft. Ends after the first step that fails, at most 30 s.',
    })
    .meta({ changes: null })
    .input(
      z
        .object({ name: named.shape.name.optional(), draft: draftSchema.optional() })
        .refine(({ name, draft }) => (name === undefined) !== (draft === undefined), 'Give a name or a draft'),
    )
    .output(eventIterator(testReportSchema)),
  parseProperties: method
    .route({
      method: 'POST',
      path: '/connections/parse-properties',
      summary: 'Read a Java client.properties or librdkafka configuration',
      description: 'Secrets stay here for ten minutes, for a test or a save that names them; the answer has none.',
    })
    .meta({ changes: null })
    .input(
      z.object({
        text: z
          .string()
          .max(200_000)
          .meta({ examples: ['bootstrap.servers=kafka.example.com:9092\nsecurity.protocol=SSL'] }),
      }),
    )
    .output(parsedPropertiesSchema),
  unlock: method
    .route({
      method: 'POST',
      path: '/connections/{name}/unlock',
      summary: 'Allow writes on a read-only connection for some minutes',
    })
    .meta({ changes: { kind: 'connection', name: 'name' } })
    .input(named.extend({ minutes: z.int().min(1).max(240).default(15) }))
    .output(z.object({ unlockedUntil: z.number() })),
  lock: method
    .route({ method: 'POST', path: '/connections/{name}/lock', summary: 'Refuse writes again at once' })
    .meta({ changes: { kind: 'connection', name: 'name' } })
    .input(named)
    .output(z.void()),
  setPolicy: method
    .route({
      method: 'PUT',
      path: '/connections/{name}/policy',
      summary: 'Set what this machine allows on a connection',
      description:
        'Kept in the state directory, out of reach of a commit, and in force at once in every process. `readOnly: false` agrees ' +
        'to writes where the file of the connection says so.',
    })
    .meta({ changes: { kind: 'connection', name: 'name' } })
    .input(named.extend(policySchema.shape))
    .output(z.void()),
  openSecrets: method
    .route({
      method: 'POST',
      path: '/connections/secrets/open',
      summary: 'Open the secrets file with its passphrase, or begin one',
      description: 'Where no file exists it is made, with what this run holds in memory.',
    })
    .meta({ changes: { kind: 'secrets' } })
    .input(
      z.object({
        passphrase: z
          .string()
          .min(8, 'At least 8 characters')
          .meta({ examples: ['four words of your own'] })
          .register(unkept, { words: '[secret]' }),
      }),
    )
    .output(secretsStatusSchema),
};
