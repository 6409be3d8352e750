/**
 * The Schema Registry as every other part sees it: Confluent's API, lenient where other servers of that API differ.
 *
 * Every failure is a `WorkbenchError`: `REGISTRY_UNREACHABLE` (retryable), `REGISTRY_NOT_FOUND`, `REGISTRY_REJECTED`, `CANCELLED`.
 */
import { z } from 'zod';
import { toErrorData, WorkbenchError } from '#core/contract/errors.ts';
import type { RegistryAccess } from '#core/workspace/connection.ts';
import { type RegistryHttp, registryHttp } from './http.ts';
import type { RegisteredSchema, SchemaReference, SchemaText, SubjectVersion } from './schema.ts';
import { sharedCache } from './shared-cache.ts';

export interface RegistryClientOptions extends RegistryAccess {
  /** Of one request; 10 s unless told. */
  readonly timeoutMs?: number;
}

export interface RegistryClient {
  readonly url: string;
  /** A schema never changes under its id: kept once read. The signal ends this call only, not others for the same id. */
  schemaById(id: number, signal?: AbortSignal): Promise<RegisteredSchema>;
  subjects(signal?: AbortSignal): Promise<string[]>;
  versions(subject: string, signal?: AbortSignal): Promise<number[]>;
  version(subject: string, version: number | 'latest', signal?: AbortSignal): Promise<SubjectVersion>;
  /** The level in force for a subject, and whether it is its own; without a subject, the registry's. */
  compatibility(subject?: string, signal?: AbortSignal): Promise<{ level: string; isOwn: boolean }>;
  /** Where a schema is registered; empty where the server can't tell. */
  schemaUses(id: number, signal?: AbortSignal): Promise<ReadonlyArray<{ subject: string; version: number }>>;
  /** The id that the schema has from now on; `version` where the server tells it. */
  register(subject: string, schema: SchemaText): Promise<{ id: number; version?: number }>;
}

const cachedSchemas = 1_000;
const maxReferences = 1_000;

export function openRegistryClient(options: RegistryClientOptions): RegistryClient {
  const http = registryHttp({ ...options, timeoutMs: options.timeoutMs ?? 10_000 });
  const byId = sharedCache<number, RegisteredSchema>(cachedSchemas);
  return {
    url: http.url,
    schemaById: (id, signal) =>
      byId
        .get(id, () => readSchema(http, id), signal)
        .catch((error: unknown) => {
          throw error instanceof WorkbenchError || !signal?.aborted
            ? error
            : new WorkbenchError('CANCELLED', `Reading schema ${id} was cancelled`, { object: `schema ${id}` });
        }),
    subjects: (signal) => http.request(z.array(z.string()), { path: '/subjects', signal, object: 'list of subjects' }),
    versions: (subject, signal) =>
      http.request(z.array(z.int()), { path: versionsPath(subject), signal, object: `subject ${subject}` }),
    version: (subject, version, signal) => readVersion(http, { subject, version, signal }),
    compatibility: (subject, signal) => readCompatibility(http, subject, signal),
    schemaUses: (id, signal) => readUses(http, id, signal),
    register: async (subject, schema) => {
      const request = { path: versionsPath(subject), body: requestBody(schema), object: `schema for ${subject}` };
      const { id, version } = await http.request(registeredAnswer, request);
      return version == null ? { id } : { id, version };
    },
  };
}

const referenceAnswer = z.object({ name: z.string(), subject: z.string(), version: z.coerce.number().int() });

const textAnswer = z.object({
  schema: z.string(),
  // Left out for Avro by Confluent.
  schemaType: z
    .string()
    .nullish()
    .transform((type) => (type ?? 'AVRO').toUpperCase())
    .pipe(z.enum(['AVRO', 'PROTOBUF', 'JSON'])),
  // Left out when empty by Confluent, always there in Apicurio.
  references: z
    .array(referenceAnswer)
    .nullish()
    .transform((references) => references ?? []),
});

const versionAnswer = textAnswer.extend({ subject: z.string(), version: z.int(), id: z.int() });
const registeredAnswer = z.object({ id: z.int(), version: z.int().nullish() });

async function readSchema(http: RegistryHttp, id: number): Promise<RegisteredSchema> {
  const text = await http.request(textAnswer, { path: `/schemas/ids/${id}`, object: `schema ${id}` });
  return { ...text, id, resolved: await resolveReferences(http, text.references, `schema ${id}`) };
}

/** Depth first, so that a text comes after those it uses; each version is read once, however many use it. */
async function resolveReferences(
  http: RegistryHttp,
  references: readonly SchemaReference[],
  object: string,
): Promise<ReadonlyMap<string, string>> {
  const resolved = new Map<string, string>();
  const visited = new Set<string>();
  await visit(references);
  return resolved;

  async function visit(level: readonly SchemaReference[]): Promise<void> {
    for (const { name, subject, version } of level) {
      const key = JSON.stringify([name, subject, version]);
      if (visited.has(key)) continue;
      visited.add(key);
      if (visited.size > maxReferences) {
        throw new WorkbenchError('REGISTRY_REJECTED', `More than ${maxReferences} references lead from ${object}`, {
          object,
        });
      }
      const used = await readVersion(http, { subject, version, deleted: true });
      await visit(used.references);
      // Two schemas may call different references by one name: both texts are needed.
      const isTaken = resolved.has(name) && resolved.get(name) !== used.schema;
      resolved.set(isTaken ? `${name} (${subject} ${version})` : name, used.schema);
    }
  }
}

interface VersionRequest {
  readonly subject: string;
  readonly version: number | 'latest';
  /** See a version that was deleted softly too: what it describes may still be in topics. */
  readonly deleted?: boolean;
  readonly signal?: AbortSignal | undefined;
}

function readVersion(
  http: RegistryHttp,
  { subject, version, deleted, signal }: VersionRequest,
): Promise<SubjectVersion> {
  const path = `${versionsPath(subject)}/${version}${deleted ? '?deleted=true' : ''}`;
  return http.request(versionAnswer, { path, signal, object: `version ${version} of subject ${subject}` });
}

const levelAnswer = z.object({ compatibilityLevel: z.string() });

/** A subject without a level of its own is unknown to `/config`; the registry's own is in force then. */
async function readCompatibility(
  http: RegistryHttp,
  subject: string | undefined,
  signal: AbortSignal | undefined,
): Promise<{ level: string; isOwn: boolean }> {
  const object = subject === undefined ? 'compatibility level' : `compatibility level of ${subject}`;
  const path = subject === undefined ? '/config' : `/config/${encodeURIComponent(subject)}`;
  try {
    const { compatibilityLevel } = await http.request(levelAnswer, { path, signal, object });
    return { level: compatibilityLevel, isOwn: subject !== undefined };
  } catch (error) {
    if (subject === undefined || toErrorData(error).code !== 'REGISTRY_NOT_FOUND') throw error;
    return readCompatibility(http, undefined, signal);
  }
}

const usesAnswer = z.array(z.object({ subject: z.string(), version: z.int() }));

async function readUses(http: RegistryHttp, id: number, signal: AbortSignal | undefined) {
  try {
    return await http.request(usesAnswer, { path: `/schemas/ids/${id}/versions`, signal, object: `schema ${id}` });
  } catch (error) {
    if (['REGISTRY_NOT_FOUND', 'REGISTRY_REJECTED'].includes(toErrorData(error).code)) return [];
    throw error;
  }
}

function versionsPath(subject: string): string {
  return `/subjects/${encodeURIComponent(subject)}/versions`;
}

function requestBody({ schemaType, schema, references }: SchemaText): object {
  return {
    schema,
    ...(schemaType === 'AVRO' ? {} : { schemaType }),
    ...(references.length === 0 ? {} : { references }),
  };
}
