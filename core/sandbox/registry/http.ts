/** What a route is, and the reading of its parts: path, query and JSON body, each checked before a rule sees it. */
import { z } from 'zod';
import { compatibilityLevels, schemaTypes } from '#core/registry/schema.ts';
import { refusals } from './errors.ts';
import { modes, type SchemaContent } from './state.ts';

export interface RouteRequest {
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The body as JSON; `undefined` where there was none. */
  readonly body: unknown;
}

/** Answered as `application/vnd.schemaregistry.v1+json`: the value as JSON, or a text that is JSON already. */
export type RouteAnswer = { readonly json: unknown } | { readonly text: string };

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Segments that begin with a colon are parameters: `/subjects/:subject/versions`. */
  readonly path: string;
  readonly answer: (request: RouteRequest) => RouteAnswer;
}

export const answer = (json: unknown): RouteAnswer => ({ json });

export function flag(query: URLSearchParams, name: string): boolean {
  return query.get(name)?.toLowerCase() === 'true';
}

/** A slice of a list by `offset` and `limit`; a limit below 1 means all. */
export function page<Item>(items: readonly Item[], query: URLSearchParams): readonly Item[] {
  const offset = Math.max(0, Number(query.get('offset') ?? 0) || 0);
  const limit = Number(query.get('limit') ?? -1) || -1;
  return items.slice(offset, limit > 0 ? offset + limit : undefined);
}

export function integer(text: string): number {
  const value = /^-?\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (!(Math.abs(value) < 2 ** 31)) throw refusals.pathNotFound();
  return value;
}

const referenceSchema = z.object({ name: z.string(), subject: z.string(), version: z.int() });

const contentSchema = z.object({
  schema: z.string().nullish(),
  schemaType: z.string().nullish(),
  references: z.array(referenceSchema).nullish(),
  metadata: z.unknown().optional(),
  ruleSet: z.unknown().optional(),
  id: z.int().nullish(),
  version: z.int().nullish(),
});

export interface SchemaRequest {
  readonly content: SchemaContent;
  readonly wanted: { readonly id?: number; readonly version?: number };
}

export function readSchemaRequest(body: unknown): SchemaRequest {
  const given = parse(contentSchema, body);
  const schemaType = schemaTypes.find((type) => type === (given.schemaType || 'AVRO').toUpperCase());
  if (schemaType === undefined) throw refusals.invalidSchema(`Invalid schema type ${given.schemaType}`);
  const content: SchemaContent = {
    schemaType,
    schema: given.schema ?? '',
    references: given.references ?? [],
    ...(given.metadata == null ? {} : { metadata: given.metadata }),
    ...(given.ruleSet == null ? {} : { ruleSet: given.ruleSet }),
  };
  const id = given.id != null && given.id >= 0 ? { id: given.id } : {};
  const version = given.version != null && given.version > 0 ? { version: given.version } : {};
  return { content, wanted: { ...id, ...version } };
}

const configSchema = z.object({ compatibility: z.string().nullish(), normalize: z.boolean().nullish() });

export function readConfigRequest(body: unknown) {
  const given = parse(configSchema, body);
  const level = compatibilityLevels.find((known) => known === given.compatibility?.toUpperCase());
  if (given.compatibility != null && level === undefined) throw refusals.invalidCompatibilityLevel();
  return {
    ...(level === undefined ? {} : { compatibilityLevel: level }),
    ...(given.normalize == null ? {} : { normalize: given.normalize }),
  };
}

export function readModeRequest(body: unknown) {
  const given = parse(z.object({ mode: z.string() }), body);
  const mode = modes.find((known) => known === given.mode.toUpperCase());
  if (mode === undefined) throw refusals.invalidMode();
  return mode;
}

function parse<Output>(schema: z.ZodType<Output>, body: unknown): Output {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw refusals.badRequest(
    `The request does not have the expected form at ${issue?.path.join('.') || 'its top'}: ${issue?.message}`,
  );
}
