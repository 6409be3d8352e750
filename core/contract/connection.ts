/** Connections: the file a team commits, without secrets, and what a page or a program is told about one. */
import { z } from 'zod';
import { errorDataSchema } from './error-data.ts';
import { unkept } from './journal.ts';
import { policySchema } from './policy.ts';

export const environments = ['development', 'test', 'production'] as const;
export type EnvironmentKind = (typeof environments)[number];

export const saslMechanisms = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;
export type SaslMechanism = (typeof saslMechanisms)[number];

/** The one that is always there: it can't be removed or saved over. */
export const sandboxConnection = 'sandbox';
/** Names that the page's own addresses need. */
const reservedNames: readonly string[] = [sandboxConnection, 'new'];

export const connectionNameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,99}$/, 'Lower-case letters, digits, dots, dashes and underscores');

export const secretNameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,199}$/, 'Lower-case letters, digits, dots, dashes and underscores');

/** Where a secret would stand: its name, the value is in the secrets of each user. */
export const secretReferenceSchema = z.strictObject(
  { secret: secretNameSchema },
  'Name a secret here, as { secret: name }: values do not belong in this file',
);
export type SecretReference = z.infer<typeof secretReferenceSchema>;

const pemSchema = z
  .union([z.string().min(1), secretReferenceSchema], 'A path of a PEM file, or { secret: name }')
  .describe('A path of a PEM file, from the workspace, or the secret that holds the text.');

export const brokerSchema = z
  .string()
  .regex(/^(\[[0-9a-f:]+\]|[^\s:,/@]+):\d{1,5}$/i, 'Write it as host:port, for example kafka.example.com:9092')
  .meta({ examples: ['kafka.example.com:9092'] });

const pemsSchema = z.strictObject({
  ca: pemSchema.optional(),
  cert: pemSchema.optional(),
  key: pemSchema.optional(),
});

const tlsSchema = pemsSchema.extend({
  servername: z.string().min(1).optional().describe('The name in the certificate, where it is not the host.'),
  verify: z.boolean().default(true).describe('False accepts any certificate.'),
});

const saslSchema = z.strictObject({
  mechanism: z.enum(saslMechanisms),
  username: z.string().min(1, 'Name the user'),
  password: secretReferenceSchema,
});

const registrySchema = z
  .strictObject({
    url: urlWithoutPassword(['http:', 'https:'], 'http://host:8081'),
    username: z.string().min(1).optional(),
    password: secretReferenceSchema.optional(),
    tls: pemsSchema.optional().describe('Where public authorities are not enough.'),
  })
  .refine(({ username, password }) => (username === undefined) === (password === undefined), {
    message: 'A user needs a password, and a password a user',
    path: ['username'],
  });

const postgresSchema = z.strictObject({
  url: urlWithoutPassword(['postgres:', 'postgresql:'], 'postgres://user@host:5432/database'),
  password: secretReferenceSchema.optional(),
});

export const connectionDefinitionSchema = z.strictObject({
  version: z.literal(1),
  name: connectionNameSchema
    .refine((name) => !reservedNames.includes(name), 'This name is taken by the product')
    .meta({ examples: ['orders-test'] }),
  title: z.string().min(1).max(200).optional(),
  environment: z.enum(environments).default('development'),
  /** Left out: true for production alone. */
  readOnly: z.boolean().optional(),
  kafka: z.strictObject({
    brokers: z.array(brokerSchema).min(1, 'Name at least one broker'),
    tls: tlsSchema.optional(),
    sasl: saslSchema.optional(),
  }),
  registry: registrySchema.optional(),
  postgres: postgresSchema.optional(),
});
export type ConnectionDefinition = z.infer<typeof connectionDefinitionSchema>;

function urlWithoutPassword(protocols: readonly string[], example: string) {
  return z
    .string()
    .refine((text) => protocols.includes(URL.parse(text)?.protocol ?? ''), `Write it as ${example}`)
    .refine((text) => !URL.parse(text)?.password, 'Leave the password out of the address: it is a secret of its own');
}

/** A secret on its way in. `pasted` names one that `parseProperties` took out of a text. */
export const secretInputSchema = z
  .union([z.strictObject({ value: z.string().min(1) }), z.strictObject({ pasted: z.string() })])
  .register(unkept, { words: '[secret]' });
export type SecretInput = z.infer<typeof secretInputSchema>;

export const draftSchema = z.object({
  definition: connectionDefinitionSchema,
  /** By secret name; those left out stay as they are. */
  secrets: z.record(secretNameSchema, secretInputSchema).default({}),
});
export type ConnectionDraft = z.infer<typeof draftSchema>;

/** The places of a connection that hold a secret, or may (a certificate is usually a file). */
export const secretFields = [
  'kafka.password',
  'kafka.ca',
  'kafka.cert',
  'kafka.key',
  'registry.password',
  'registry.ca',
  'registry.cert',
  'registry.key',
  'postgres.password',
] as const;
export type SecretField = (typeof secretFields)[number];

/** Of PEM files; null where there is none, or its text is a secret. */
const pemPathsSchema = z.object({
  ca: z.string().nullable(),
  cert: z.string().nullable(),
  key: z.string().nullable(),
});
export type PemPaths = z.infer<typeof pemPathsSchema>;

/** What a client's settings say, for a form: null where they say nothing. */
export const parsedPropertiesSchema = z.object({
  brokers: z.array(z.string()),
  tls: pemPathsSchema.extend({ verify: z.boolean() }).nullable(),
  sasl: z.object({ mechanism: z.enum(saslMechanisms), username: z.string() }).nullable(),
  registry: z.object({ url: z.string(), username: z.string().nullable(), tls: pemPathsSchema }).nullable(),
  /** Taken out of the text; `pasted` stands for the value in a draft. */
  secrets: z.array(z.object({ field: z.enum(secretFields), pasted: z.string() })),
  /** Settings that have no place in a connection. */
  unknown: z.array(z.string()),
  /** What can't be taken over as it is, and what to do instead. */
  problems: z.array(z.string()),
});
export type ParsedProperties = z.infer<typeof parsedPropertiesSchema>;

export const testStepIds = ['resolve', 'connect', 'tls', 'login', 'metadata', 'registry', 'postgres'] as const;
export type TestStepId = (typeof testStepIds)[number];

export const testStepSchema = z.object({
  id: z.enum(testStepIds),
  title: z.string(),
  /** `skipped`: this connection has no such thing. `waiting` in a report that is done: a step before it failed. */
  state: z.enum(['waiting', 'running', 'ok', 'failed', 'skipped']),
  /** What was found: an address, a protocol, counts. */
  detail: z.string().nullable(),
  ms: z.number().nullable(),
  error: errorDataSchema.nullable(),
});
export type TestStep = z.infer<typeof testStepSchema>;

export const testReportSchema = z.object({ steps: z.array(testStepSchema), isDone: z.boolean() });
export type TestReport = z.infer<typeof testReportSchema>;

/** Of the connection as it is saved. */
export const lastTestSchema = z.object({ at: z.number(), error: errorDataSchema.nullable() });
export type LastTest = z.infer<typeof lastTestSchema>;

export const connectionSummarySchema = z.object({
  name: z.string(),
  title: z.string().nullable(),
  environment: z.enum(environments),
  brokers: z.array(z.string()),
  security: z.enum(['plaintext', 'TLS', 'SASL', 'SASL over TLS']),
  registry: z.string().nullable(),
  /** In force: its file says so, or the policy of this machine. */
  readOnly: z.boolean(),
  /** By its file alone. */
  saysReadOnly: z.boolean(),
  /** Milliseconds since 1970-01-01 UTC; null while writes are refused, or need no unlock. */
  unlockedUntil: z.number().nullable(),
  policy: policySchema,
  isBuiltIn: z.boolean(),
  /** Below the workspace; null for the built-in one. */
  file: z.string().nullable(),
  /** Why it can't be used or changed. */
  fault: errorDataSchema.nullable(),
  missingSecrets: z.array(z.string()),
  lastTest: lastTestSchema.nullable(),
});
export type ConnectionSummary = z.infer<typeof connectionSummarySchema>;

export const sandboxSummary: ConnectionSummary = {
  name: sandboxConnection,
  title: 'Sandbox on this machine',
  environment: 'development',
  brokers: [],
  security: 'plaintext',
  registry: null,
  readOnly: false,
  saysReadOnly: false,
  unlockedUntil: null,
  policy: { readOnly: false, deniedTopics: [], allowedTopics: [], megabytesPerSecond: null },
  isBuiltIn: true,
  file: null,
  fault: null,
  missingSecrets: [],
  lastTest: null,
};

export const secretsStatusSchema = z.object({
  /** `file`: kept, encrypted. `locked`: there is a file that nothing here opens. `memory`: gone with this run of the program. */
  kept: z.enum(['file', 'locked', 'memory']),
  /** What opens the file: `the system’s key store`. */
  openedBy: z.array(z.string()),
  message: z.string(),
  nextStep: z.string().nullable(),
});
export type SecretsStatus = z.infer<typeof secretsStatusSchema>;
