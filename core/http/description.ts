/**
 * The contract as an OpenAPI 3.1 document: each method with its summary, what it takes and answers, an example and its errors.
 *
 * int64 is a string of digits (`format: int64`), bytes are base64, whatever form they have between our own processes.
 */
import { OpenAPIGenerator } from '@orpc/openapi';
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4';
import { z } from 'zod';
import { contract } from '#core/contract/contract.ts';
import { errorDataSchema } from '#core/contract/error-data.ts';
import { inputExample, type JsonSchema } from './example.ts';

export const apiPrefix = '/api';

/** What is made and read here of an OpenAPI document. */
export interface ApiDescription {
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly responses: Readonly<Record<string, Answer>> };
}

export interface Operation {
  /** `topics.records`: the method's name everywhere else. */
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, Answer | { readonly $ref: string }>>;
}

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: JsonSchema;
  readonly example?: unknown;
}

export interface Answer {
  readonly description: string;
  readonly content?: Content;
}

export type Content = Readonly<Record<string, { readonly schema?: JsonSchema; readonly example?: unknown }>>;

const failureExample = {
  defined: true,
  code: 'WORKBENCH',
  status: 422,
  message: 'there is no topic orders',
  data: {
    code: 'NOT_FOUND',
    message: 'there is no topic orders',
    object: 'orders',
    nextStep: 'List the topics to see how it is written.',
    retryable: false,
  },
};

/** By the status each method may answer with. */
const failures: Readonly<Record<string, Answer>> = {
  400: { description: 'What was sent does not fit the method; `data.issues` says where.' },
  401: { description: 'The token of this start is missing or wrong.' },
  403: { description: 'The call came from another site or under another host name.' },
  422: {
    description: 'It could not be done: `data` says what failed, on what, and the next step.',
    content: { 'application/json': { schema: failureSchema(), example: failureExample } },
  },
};

export async function describe(version: string): Promise<ApiDescription> {
  const generator = new OpenAPIGenerator({
    schemaConverters: [new ZodToJsonSchemaConverter({ interceptors: [asSentHere] })],
  });
  const document = await generator.generate(contract, {
    info: { title: 'Mercury Workbench', version },
    servers: [{ url: apiPrefix }],
    security: [{ token: [] }],
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
  });
  // The generator's type allows references and extensions that it never writes for our contract.
  const made = document as unknown as ApiDescription;
  const paths = Object.entries(made.paths).map(([path, verbs]) => [path, mapValues(verbs, completed)] as const);
  return { ...made, components: { ...made.components, responses: failures }, paths: Object.fromEntries(paths) };
}

interface Conversion {
  readonly schema: unknown;
  next(): [required: boolean, schema: object];
}

/** zod's own types in the form they have in JSON. */
function asSentHere({ schema, next }: Conversion): [boolean, object] {
  const [isRequired, made] = next();
  if (schema instanceof z.ZodBigInt) {
    const { 'x-native-type': _native, ...rest } = made as { 'x-native-type'?: string };
    return [isRequired, { ...rest, format: 'int64' }];
  }
  if (schema instanceof z.ZodCustom) {
    const isBytes = schema._zod.bag.Class === Uint8Array;
    return [isRequired, isBytes ? { type: 'string', contentEncoding: 'base64' } : { description: 'Any value.' }];
  }
  return [isRequired, withoutSafeBounds(made)];
}

/** That an integer is exact goes without saying. */
function withoutSafeBounds(schema: { minimum?: number; maximum?: number }): object {
  const { minimum, maximum, ...rest } = schema;
  return {
    ...rest,
    ...(minimum === undefined || minimum === Number.MIN_SAFE_INTEGER ? {} : { minimum }),
    ...(maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? {} : { maximum }),
  };
}

function completed(operation: Operation): Operation {
  const { parameters, requestBody } = operation;
  const takesInput = parameters !== undefined || requestBody !== undefined;
  const responses = Object.keys(failures)
    .filter((status) => status !== '400' || takesInput)
    .map((status) => [status, { $ref: `#/components/responses/${status}` }]);
  return {
    ...operation,
    tags: [operation.operationId.split('.')[0]!],
    ...(parameters === undefined ? {} : { parameters: parameters.map(withExample) }),
    ...(requestBody === undefined
      ? {}
      : { requestBody: { ...requestBody, content: withExamples(requestBody.content) } }),
    responses: { 200: success(operation.responses['200'] as Answer), ...Object.fromEntries(responses) },
  };
}

function withExample(parameter: Parameter): Parameter {
  const isTelling = parameter.required === true || parameter.schema?.examples !== undefined;
  return isTelling ? { ...parameter, example: inputExample(parameter.schema) } : parameter;
}

function withExamples(content: Content): Content {
  return mapValues(content, (media) => ({ ...media, example: inputExample(media.schema) }));
}

/** A method without an answer says `undefined`, which JSON has no word for: its body is empty. */
function success({ content }: Answer): Answer {
  const isVoid = JSON.stringify(content).includes('"schema":{"anyOf":[{"not":{}},{"not":{}}]}');
  if (content === undefined || isVoid) return { description: 'Done; the body is empty.' };
  return { description: 'text/event-stream' in content ? 'A stream of events.' : 'The answer.', content };
}

function failureSchema(): JsonSchema {
  const { $schema: _dialect, ...data } = z.toJSONSchema(errorDataSchema);
  return {
    type: 'object',
    properties: {
      defined: { const: true },
      code: { const: 'WORKBENCH' },
      status: { const: 422 },
      message: { type: 'string' },
      data: data as JsonSchema,
    },
    required: ['defined', 'code', 'status', 'message', 'data'],
  };
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
