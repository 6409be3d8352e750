/** Walks every method of the contract: each is described, each example is one that the method takes, each error is named. */
import { type AnyContractRouter, isContractProcedure } from '@orpc/contract';
import { type AnyRouter, implement } from '@orpc/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contract } from '#core/contract/contract.ts';
import { errorCodes, WorkbenchError } from '#core/contract/errors.ts';
import { type Answer, type ApiDescription, describe as describeApi, type Operation } from './description.ts';
import { inputExample, type JsonSchema } from './example.ts';
import { type Host, openHost } from './host.ts';

interface Method {
  readonly verb: string;
  readonly path: string;
  readonly operation: Operation;
}

const api: ApiDescription = await describeApi('1.2.3');
const methods: readonly Method[] = Object.entries(api.paths).flatMap(([path, verbs]) =>
  Object.entries(verbs).map(([verb, operation]) => ({ verb: verb.toUpperCase(), path, operation })),
);
const named = methods.map((method) => [method.operation.operationId, method] as const);

let host: Host;
beforeAll(async () => {
  host = await openHost({ router: refusing(), version: '1.2.3', pageDir: '/nonexistent', preferredPort: 0 });
});
afterAll(() => host.close());

test('every method of the contract is there, once', () => {
  const ids = named.map(([id]) => id);
  expect(ids.toSorted()).toEqual(namesIn(contract).toSorted());
  expect(new Set(methods.map(({ verb, path }) => `${verb} ${path}`)).size).toBe(methods.length);
});

describe.each(named)('%s', (_id, { verb, path, operation }) => {
  test('says what it does', () => {
    expect(operation.summary).toMatch(/^[A-Z].*[^.]$/);
    expect(operation.description ?? 'None.').toMatch(/\.$/);
  });

  test('has an example for all it must be given, which it takes', async () => {
    const lacking: string[] = [];
    const lack = (at: string) => (_schema: JsonSchema, inner: string) => lacking.push(at + inner);
    const { parameters = [], requestBody } = operation;
    for (const { name, required, schema } of parameters) if (required === true) inputExample(schema, lack(name));
    for (const { schema } of Object.values(requestBody?.content ?? {})) inputExample(schema, lack('body'));
    expect(lacking, 'give these an example in the contract: `.meta({ examples: [ … ] })`').toEqual([]);

    const answer = await call(verb, path, operation);
    // Refused by the method itself: what was sent was understood.
    expect(answer, JSON.stringify(answer)).toMatchObject({ code: 'WORKBENCH', data: { code: 'UNSUPPORTED' } });
  });

  test('names its answer and its errors', () => {
    const statuses = Object.keys(operation.responses);
    expect(statuses).toEqual(expect.arrayContaining(['200', '401', '403', '422']));
    expect(statuses.includes('400')).toBe(operation.parameters !== undefined || operation.requestBody !== undefined);
    expect((operation.responses['200'] as Answer).description).not.toBe('');
  });
});

test('int64 is a string of digits, bytes are base64, nothing is without a form', () => {
  const text = JSON.stringify(api);
  expect(text).not.toContain('x-native-type');
  expect(text).not.toContain('"not":{}');
  const { schema } = (api.paths['/topics/{topic}/records']!.get!.responses['200'] as Answer).content![
    'application/json'
  ]!;
  const { offset, headers } = schema!.properties!.records!.items!.properties!;
  expect(offset).toMatchObject({ type: 'string', format: 'int64' });
  expect(headers!.items!.properties!.value!.anyOf![0]).toEqual({ type: 'string', contentEncoding: 'base64' });
});

test('the errors are listed with every code', () => {
  const schema = api.components.responses['422']!.content!['application/json']!.schema!;
  expect(schema.properties!.data!.properties!.code!.enum).toEqual([...errorCodes]);
});

test('the page has each method and each error, without a script and without anything from elsewhere', async () => {
  const headers = { authorization: `Bearer ${host.token}` };
  const page = await (await fetch(`${host.address}/api`, { headers })).text();
  for (const [id] of named) expect(page).toContain(`id="${id}"`);
  for (const status of Object.keys(api.components.responses)) expect(page).toContain(`id="error-${status}"`);
  expect(page).not.toMatch(/<script|src=|url\(|@import/);
  expect(page).not.toMatch(/href="(?![#/])/);
});

/** Sends the example of the description; answers the error. */
async function call(verb: string, path: string, { parameters = [], requestBody }: Operation): Promise<unknown> {
  const url = new URL(
    `${host.address}/api${path.replace(/\{(\w+)\}/g, (_all, name) => encodeURIComponent(exampleOf(name)))}`,
  );
  for (const { name, in: where, example } of parameters) {
    if (where === 'query' && example !== undefined) url.searchParams.set(name, String(example));
  }
  const body = requestBody?.content['application/json']?.example;
  const answer = await fetch(url, {
    method: verb,
    headers: { authorization: `Bearer ${host.token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return text.startsWith('{') ? JSON.parse(text) : text;

  function exampleOf(name: string): string {
    return String(parameters.find((parameter) => parameter.name === name)?.example);
  }
}

/** Every method of the contract, each of which takes its input and then says no. */
function refusing(): AnyRouter {
  const refuse = (): never => {
    throw new WorkbenchError('UNSUPPORTED', 'only its input was read');
  };
  const walk = (part: AnyContractRouter, implementer: Record<string, unknown>): unknown => {
    if (isContractProcedure(part)) return (implementer as { handler(run: () => never): unknown }).handler(refuse);
    const entries = Object.entries(part as Record<string, AnyContractRouter>);
    return Object.fromEntries(
      entries.map(([name, member]) => [name, walk(member, implementer[name] as Record<string, unknown>)]),
    );
  };
  return walk(contract, implement(contract) as unknown as Record<string, unknown>) as AnyRouter;
}

function namesIn(part: AnyContractRouter, path: readonly string[] = []): string[] {
  if (isContractProcedure(part)) return [path.join('.')];
  return Object.entries(part as Record<string, AnyContractRouter>).flatMap(([name, member]) =>
    namesIn(member, [...path, name]),
  );
}
