/**
 * What the registry knows, as the sum of its journal: subjects, versions, schemas by id, levels and modes.
 *
 * `apply` never refuses: whether an event may happen is decided before it is written.
 */
import { createHash } from 'node:crypto';
import type { CompatibilityLevel, SchemaText } from '#core/registry/schema.ts';

export interface SchemaContent extends SchemaText {
  /** Parts of a data contract, kept and returned as they came. */
  readonly metadata?: unknown;
  readonly ruleSet?: unknown;
}

export interface StoredSchema extends SchemaContent {
  readonly id: number;
}

export interface StoredVersion {
  readonly subject: string;
  readonly version: number;
  readonly id: number;
  readonly deleted: boolean;
}

export interface SubjectConfig {
  readonly compatibilityLevel?: CompatibilityLevel;
  readonly normalize?: boolean;
}

export const modes = ['READWRITE', 'READONLY', 'READONLY_OVERRIDE', 'IMPORT'] as const;
export type Mode = (typeof modes)[number];

/** In the journal for good: change these only together with the journal's version. */
export type RegistryEvent =
  | {
      readonly op: 'version';
      readonly subject: string;
      readonly version: number;
      readonly id: number;
      readonly schema?: SchemaContent;
    }
  | {
      readonly op: 'delete';
      readonly subject: string;
      readonly versions: readonly number[];
      readonly permanent: boolean;
    }
  | { readonly op: 'config'; readonly subject: string | null; readonly config: SubjectConfig | null }
  | { readonly op: 'mode'; readonly subject: string | null; readonly mode: Mode | null };

/** Which versions a look-up sees. */
export type Visible = 'active' | 'all' | 'deleted';

export class RegistryState {
  readonly #subjects = new Map<string, Map<number, StoredVersion>>();
  readonly #schemas = new Map<number, StoredSchema>();
  readonly #idByIdentity = new Map<string, number>();
  readonly #configs = new Map<string | null, SubjectConfig>();
  readonly #modes = new Map<string | null, Mode>();
  #lastId = 0;

  apply(event: RegistryEvent): void {
    if (event.op === 'version') this.#addVersion(event);
    else if (event.op === 'config') put(this.#configs, event.subject, event.config);
    else if (event.op === 'mode') put(this.#modes, event.subject, event.mode);
    else if (event.permanent) this.#remove(event.subject, event.versions);
    else this.#hide(event.subject, event.versions);
  }

  /** Larger than every id ever given, those of deleted schemas too. */
  get nextId(): number {
    return this.#lastId + 1;
  }

  subjects(visible: Visible): string[] {
    return [...this.#subjects.keys()].filter((subject) => this.versions(subject, visible).length > 0).sort();
  }

  /** In ascending order; empty for an unknown subject. */
  versions(subject: string, visible: Visible): readonly StoredVersion[] {
    const all = [...(this.#subjects.get(subject)?.values() ?? [])];
    return all.filter((version) => isVisible(version, visible)).sort((a, b) => a.version - b.version);
  }

  version(subject: string, version: number): StoredVersion | undefined {
    return this.#subjects.get(subject)?.get(version);
  }

  schema(id: number): StoredSchema | undefined {
    return this.#schemas.get(id);
  }

  schemas(): IteratorObject<StoredSchema> {
    return this.#schemas.values();
  }

  idOf(content: SchemaContent): number | undefined {
    return this.#idByIdentity.get(identity(content));
  }

  versionsOfId(id: number, visible: Visible): readonly StoredVersion[] {
    return this.subjects('all').flatMap((subject) =>
      this.versions(subject, visible).filter((version) => version.id === id),
    );
  }

  /** Versions whose schema names this one among its references. */
  referrers(subject: string, version: number, visible: Visible): readonly StoredVersion[] {
    const using = [...this.#schemas.values()].filter((schema) =>
      schema.references.some((reference) => reference.subject === subject && reference.version === version),
    );
    return using.flatMap((schema) => this.versionsOfId(schema.id, visible));
  }

  config(subject: string | null): SubjectConfig | undefined {
    return this.#configs.get(subject);
  }

  mode(subject: string | null): Mode | undefined {
    return this.#modes.get(subject);
  }

  #addVersion(event: Extract<RegistryEvent, { op: 'version' }>): void {
    this.#lastId = Math.max(this.#lastId, event.id);
    if (event.schema !== undefined) {
      this.#schemas.set(event.id, { ...event.schema, id: event.id });
      this.#idByIdentity.set(identity(event.schema), event.id);
    }
    const versions = this.#subjects.get(event.subject) ?? new Map<number, StoredVersion>();
    this.#subjects.set(event.subject, versions);
    versions.set(event.version, { subject: event.subject, version: event.version, id: event.id, deleted: false });
  }

  #hide(subject: string, numbers: readonly number[]): void {
    const versions = this.#subjects.get(subject);
    for (const number of numbers) {
      const found = versions?.get(number);
      if (found !== undefined) versions?.set(number, { ...found, deleted: true });
    }
  }

  #remove(subject: string, numbers: readonly number[]): void {
    const versions = this.#subjects.get(subject);
    const ids = numbers.map((number) => versions?.get(number)?.id);
    for (const number of numbers) versions?.delete(number);
    if (versions?.size === 0) {
      this.#subjects.delete(subject);
      this.#configs.delete(subject);
      this.#modes.delete(subject);
    }
    for (const id of ids) if (id !== undefined && this.versionsOfId(id, 'all').length === 0) this.#forget(id);
  }

  #forget(id: number): void {
    const schema = this.#schemas.get(id);
    if (schema === undefined) return;
    this.#schemas.delete(id);
    this.#idByIdentity.delete(identity(schema));
  }
}

/** A stable name for the content itself, in the form of a UUID: clients that write it into headers find the schema by it. */
export function guidOf(content: SchemaContent): string {
  const hex = createHash('md5').update(identity(content)).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function identity({ schemaType, schema, references, metadata, ruleSet }: SchemaContent): string {
  const uses = references.map(({ name, subject, version }) => [name, subject, version]);
  return JSON.stringify([schemaType, schema, uses, metadata ?? null, ruleSet ?? null]);
}

function isVisible(version: StoredVersion, visible: Visible): boolean {
  return visible === 'all' || version.deleted === (visible === 'deleted');
}

function put<Key, Value>(map: Map<Key, Value>, key: Key, value: Value | null): void {
  if (value === null) map.delete(key);
  else map.set(key, value);
}
