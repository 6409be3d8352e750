/** How stored things look in an answer: Confluent leaves out what is empty, and the type where it is Avro. */
import { refusals } from './errors.ts';
import { guidOf, type StoredSchema, type StoredVersion, type Visible } from './state.ts';
import type { RegistryStore } from './store.ts';
import { formattedText } from './texts.ts';

export function subjectName(given: string): string {
  // `:.:name` is the long way to say `name` in the default context.
  const subject = given.startsWith(':.:') ? given.slice(3) : given;
  if (subject === '' || /[\p{Cc}]/u.test(subject)) throw refusals.invalidSubject(given);
  return subject;
}

export function storedSchema(store: RegistryStore, id: number): StoredSchema {
  const schema = store.state.schema(id);
  if (schema === undefined) throw refusals.schemaNotFound(id);
  return schema;
}

/** `latest` and `-1` mean the newest version that is not deleted. */
export function storedVersion(store: RegistryStore, subject: string, given: string, visible: Visible): StoredVersion {
  const wanted = versionNumber(given);
  const versions = store.state.versions(subject, visible);
  const found = wanted === 'latest' ? versions.at(-1) : versions.find(({ version }) => version === wanted);
  if (found !== undefined) return found;
  if (versions.length === 0) throw refusals.subjectNotFound(subject);
  throw refusals.versionNotFound(wanted === 'latest' ? -1 : wanted);
}

export function versionNumber(given: string): number | 'latest' {
  if (given === 'latest' || given === '-1') return 'latest';
  const version = /^\d{1,10}$/.test(given) ? Number(given) : 0;
  if (version < 1 || version > 2 ** 31 - 1) throw refusals.invalidVersion(given);
  return version;
}

export function versionView(store: RegistryStore, version: StoredVersion, query: URLSearchParams): object {
  const schema = storedSchema(store, version.id);
  return { subject: version.subject, version: version.version, id: version.id, ...contentView(store, schema, query) };
}

export function contentView(store: RegistryStore, schema: StoredSchema, query: URLSearchParams): object {
  return {
    guid: guidOf(schema),
    ...(schema.schemaType === 'AVRO' ? {} : { schemaType: schema.schemaType }),
    ...(schema.references.length === 0 ? {} : { references: schema.references }),
    ...(schema.metadata === undefined ? {} : { metadata: schema.metadata }),
    ...(schema.ruleSet === undefined ? {} : { ruleSet: schema.ruleSet }),
    schema: textView(store, schema, query),
  };
}

export function textView(store: RegistryStore, schema: StoredSchema, query: URLSearchParams): string {
  const format = query.get('format');
  return format === null ? schema.schema : formattedText(schema, format, store.resolve(schema.references, 'all'));
}
