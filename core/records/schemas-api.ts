/** The contract's methods of schemas. */
import { implement } from '@orpc/server';
import { contract } from '#core/contract/contract.ts';
import { toErrorData, WorkbenchError } from '#core/contract/errors.ts';
import type { SchemaVersion, SubjectDetails, SubjectRow, SubjectsChange } from '#core/contract/schema.ts';
import type { RegistryClient } from '#core/registry/client.ts';
import type { Clusters, Environment } from './clusters.ts';
import { inPortions } from './in-portions.ts';

const os = implement(contract.schemas);
const portion = 40;

export function schemasApi(clusters: Clusters) {
  return {
    list: os.list.handler(async function* ({ signal }) {
      yield* listSubjects(registryOf(await clusters.get()), signal);
    }),
    subject: os.subject.handler(async ({ input, signal }) =>
      describeSubject(await clusters.get(), input.subject, signal),
    ),
    version: os.version.handler(async ({ input, signal }) =>
      readVersion(registryOf(await clusters.get()), input.subject, input.version, signal),
    ),
    byId: os.byId.handler(async ({ input: { id }, signal }) => {
      const registry = registryOf(await clusters.get());
      const [schema, uses] = await Promise.all([registry.schemaById(id, signal), registry.schemaUses(id, signal)]);
      return { id, type: schema.schemaType, text: schema.schema, references: [...schema.references], uses: [...uses] };
    }),
  };
}

function registryOf({ registry }: Environment): RegistryClient {
  if (registry !== undefined) return registry;
  throw new WorkbenchError('NOT_FOUND', 'This connection has no Schema Registry.', {
    nextStep: 'Add the address of its registry to the connection, then read again.',
  });
}

/** A subject that was deleted between the list and its turn is left as it is: the next reading does not name it. */
async function* listSubjects(
  registry: RegistryClient,
  signal: AbortSignal | undefined,
): AsyncGenerator<SubjectsChange> {
  const names = (await registry.subjects(signal)).sort();
  yield { registry: registry.url, subjects: names.map((subject) => ({ subject })) };
  for await (const subjects of inPortions(names, portion, (subject) => readRow(registry, subject, signal))) {
    yield { registry: registry.url, subjects };
  }
}

async function readRow(
  registry: RegistryClient,
  subject: string,
  signal: AbortSignal | undefined,
): Promise<SubjectRow> {
  try {
    const [versions, latest, { level, isOwn }] = await Promise.all([
      registry.versions(subject, signal),
      registry.version(subject, 'latest', signal),
      registry.compatibility(subject, signal),
    ]);
    return {
      subject,
      type: latest.schemaType,
      versions: versions.length,
      latestVersion: latest.version,
      latestId: latest.id,
      compatibility: level,
      isOwnCompatibility: isOwn,
    };
  } catch (error) {
    if (toErrorData(error).code === 'REGISTRY_NOT_FOUND') return { subject };
    throw error;
  }
}

async function describeSubject(
  environment: Environment,
  subject: string,
  signal: AbortSignal | undefined,
): Promise<SubjectDetails> {
  const registry = registryOf(environment);
  const [versions, { level, isOwn }, topics] = await Promise.all([
    registry.versions(subject, signal),
    registry.compatibility(subject, signal),
    topicsNamed(environment, subject),
  ]);
  return { subject, versions: versions.sort((a, b) => a - b), compatibility: level, isOwnCompatibility: isOwn, topics };
}

/** By custom of the serializers; where the cluster does not answer, the schema is shown all the same. */
async function topicsNamed({ cluster }: Environment, subject: string): Promise<SubjectDetails['topics']> {
  const [, topic, half] = /^(.+)-(key|value)$/.exec(subject) ?? [];
  if (topic === undefined) return [];
  try {
    await cluster.topic(topic);
    return [{ topic, half: half as 'key' | 'value' }];
  } catch {
    return [];
  }
}

async function readVersion(
  registry: RegistryClient,
  subject: string,
  version: number,
  signal: AbortSignal | undefined,
): Promise<SchemaVersion> {
  const found = await registry.version(subject, version, signal);
  const { id, schemaType, schema, references } = found;
  return { subject, version: found.version, id, type: schemaType, text: schema, references: [...references] };
}
