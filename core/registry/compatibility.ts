/**
 * Whether a schema may follow the earlier ones of its subject, with the reasons in the form Confluent's registry gives them.
 *
 * Avro is checked by the rules of schema resolution. Protobuf and JSON Schema are accepted as they are: their rules are not written yet.
 */
import { parseAvro } from './avro/parse.ts';
import { type Mismatch, readMismatches } from './avro/resolution.ts';
import type { AvroNode } from './avro/schema.ts';
import type { CompatibilityLevel, SchemaType } from './schema.ts';

export interface ComparableSchema {
  readonly schemaType: SchemaType;
  readonly schema: string;
  /** Texts of the referenced schemas, a schema after those it uses itself. */
  readonly references: readonly string[];
  /** Named in the reasons; a candidate has none yet. */
  readonly version?: number;
}

/**
 * Reasons against the candidate; empty when it may be registered.
 *
 * `previous` runs from the oldest version to the newest; levels that are not transitive look at the newest alone.
 * Throws `AvroSyntaxError` where a text is no schema.
 */
export function incompatibilities(
  level: CompatibilityLevel,
  candidate: ComparableSchema,
  previous: readonly ComparableSchema[],
): readonly string[] {
  if (level === 'NONE') return [];
  const newestFirst = previous.toReversed();
  const compared = level.endsWith('_TRANSITIVE') ? newestFirst : newestFirst.slice(0, 1);
  const direction = level.replace('_TRANSITIVE', '') as 'BACKWARD' | 'FORWARD' | 'FULL';
  for (const earlier of compared) {
    const reasons = compareTo(earlier, candidate, direction);
    if (reasons.length > 0) return [...reasons, `{validateFields: 'false', compatibility: '${level}'}`];
  }
  return [];
}

function compareTo(earlier: ComparableSchema, candidate: ComparableSchema, direction: 'BACKWARD' | 'FORWARD' | 'FULL') {
  if (earlier.schemaType !== candidate.schemaType) return ['Incompatible because of different schema type'];
  if (candidate.schemaType !== 'AVRO') return [];
  const old = root(earlier);
  const fresh = root(candidate);
  const reasons: string[] = [];
  if (direction !== 'BACKWARD') reasons.push(...readMismatches(old, fresh).map((found) => reason(found, 'old', 'new')));
  if (direction !== 'FORWARD') reasons.push(...readMismatches(fresh, old).map((found) => reason(found, 'new', 'old')));
  if (reasons.length > 0) {
    if (earlier.version !== undefined) reasons.push(`{oldSchemaVersion: ${earlier.version}}`);
    reasons.push(`{oldSchema: '${shortened(earlier.schema)}'}`);
  }
  return reasons;
}

function root(schema: ComparableSchema): AvroNode {
  return parseAvro(schema.schema, { references: schema.references }).root;
}

function reason(found: Mismatch, reader: string, writer: string): string {
  return `{errorType:'${found.type}', description:'${description(found, reader, writer)}', additionalInfo:'${found.message}'}`;
}

function description({ type, path, message }: Mismatch, reader: string, writer: string): string {
  switch (type) {
    case 'FIXED_SIZE_MISMATCH':
      return `The size of FIXED type field at path '${path}' in the ${reader} schema does not match with the ${writer} schema`;
    case 'TYPE_MISMATCH':
      return `The type (path '${path}') of a field in the ${reader} schema does not match with the ${writer} schema`;
    case 'NAME_MISMATCH':
      return `The name of the schema has changed (path '${path}')`;
    case 'MISSING_ENUM_SYMBOLS':
      return `The ${reader} schema is missing enum symbols '${message}' at path '${path}' in the ${writer} schema`;
    case 'MISSING_UNION_BRANCH':
      return `The ${reader} schema is missing a type inside a union field at path '${path}' in the ${writer} schema`;
    case 'READER_FIELD_MISSING_DEFAULT_VALUE':
      return `The field '${message}' at path '${path}' in the ${reader} schema has no default value and is missing in the ${writer} schema`;
  }
}

const longestShown = 10_000;

function shortened(text: string): string {
  return text.length <= longestShown ? text : `${text.slice(0, longestShown)}…`;
}
