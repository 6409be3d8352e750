/** The registry's rules: what may be registered, looked up and deleted, decided on the state and written to the journal. */
import { join } from 'node:path';
import { incompatibilities } from '#core/registry/compatibility.ts';
import type { CompatibilityLevel, SchemaReference } from '#core/registry/schema.ts';
import { refusals } from './errors.ts';
import { openJournal } from './journal.ts';
import {
  type Mode,
  type RegistryEvent,
  RegistryState,
  type SchemaContent,
  type StoredVersion,
  type SubjectConfig,
} from './state.ts';
import { canonicalText, type ResolvedReference } from './texts.ts';

export interface RegistryStore {
  readonly state: RegistryState;
  /** The content as it is kept: canonical text, references checked. Throws 42201. */
  canonical(subject: string, content: SchemaContent, normalize: boolean): SchemaContent;
  /** Every referenced schema, transitive, each after those it uses itself. Throws 42201. */
  resolve(references: readonly SchemaReference[]): readonly ResolvedReference[];
  register(subject: string, content: SchemaContent, wanted: { id?: number; version?: number }): StoredVersion;
  reasonsAgainst(subject: string, content: SchemaContent, versions: readonly StoredVersion[]): readonly string[];
  deleteVersion(subject: string, version: number, permanent: boolean): void;
  deleteSubject(subject: string, permanent: boolean): readonly number[];
  putConfig(subject: string | null, config: SubjectConfig | null): void;
  putMode(subject: string | null, mode: Mode | null): void;
  level(subject: string): CompatibilityLevel;
  mode(subject: string | null): Mode;
  close(): void;
}

export function openStore(dataDir: string): RegistryStore {
  const state = new RegistryState();
  const journal = openJournal(join(dataDir, 'registry.journal'), (event) => state.apply(event as RegistryEvent));

  /** The one way to change anything: on the disk first, then in memory. */
  function commit(event: RegistryEvent): void {
    try {
      journal.append(event);
    } catch (error) {
      throw refusals.storeFailed(`Writing the registry's journal: ${error instanceof Error ? error.message : error}`);
    }
    state.apply(event);
  }

  function resolve(references: readonly SchemaReference[]): readonly ResolvedReference[] {
    const found = new Map<string, ResolvedReference>();
    visit(references, new Set());
    return [...found.values()];

    function visit(level: readonly SchemaReference[], above: ReadonlySet<string>): void {
      for (const { name, subject, version } of level) {
        const key = JSON.stringify([subject, version]);
        if (found.has(key)) continue;
        const stored = state.version(subject, version);
        const schema = stored === undefined || stored.deleted ? undefined : state.schema(stored.id);
        if (schema === undefined || above.has(key)) {
          throw refusals.invalidSchema(`No schema reference found for subject "${subject}" and version ${version}`);
        }
        visit(schema.references, new Set([...above, key]));
        found.set(key, { name, text: schema.schema });
      }
    }
  }

  const texts = (references: readonly SchemaReference[]) => resolve(references).map(({ text }) => text);
  const level = (subject: string) =>
    state.config(subject)?.compatibilityLevel ?? state.config(null)?.compatibilityLevel ?? 'BACKWARD';
  const mode = (subject: string | null) => state.mode(subject) ?? state.mode(null) ?? 'READWRITE';

  function checkWritable(subject: string): void {
    if (state.mode(null) === 'READONLY_OVERRIDE' || mode(subject).startsWith('READONLY')) {
      throw refusals.notPermitted(`Subject ${subject} is in read-only mode`);
    }
  }

  function reasonsAgainst(
    subject: string,
    content: SchemaContent,
    versions: readonly StoredVersion[],
  ): readonly string[] {
    const candidate = { ...content, references: texts(content.references) };
    const previous = versions.map(({ id, version }) => {
      const schema = state.schema(id)!;
      return { schemaType: schema.schemaType, schema: schema.schema, references: texts(schema.references), version };
    });
    return incompatibilities(level(subject), candidate, previous);
  }

  function register(subject: string, content: SchemaContent, wanted: { id?: number; version?: number }): StoredVersion {
    checkWritable(subject);
    const importing = mode(subject) === 'IMPORT';
    if (wanted.id !== undefined && !importing) throw refusals.notPermitted(`Subject ${subject} is not in import mode`);
    if (wanted.id === undefined && importing) throw refusals.notPermitted(`Subject ${subject} is in import mode`);
    const known = state.idOf(content);
    const active = state.versions(subject, 'active');
    const present = active.find((version) => version.id === known);
    if (present !== undefined && wanted.version === undefined) return present;
    if (!importing) {
      const reasons = reasonsAgainst(subject, content, active);
      if (reasons.length > 0) throw refusals.incompatible(subject, reasons);
    }
    const id = chooseId(known, wanted.id);
    const next = (state.versions(subject, 'all').at(-1)?.version ?? 0) + 1;
    const version = wanted.version ?? next;
    if (version !== next && !importing) throw refusals.invalidSchema(`Version ${version} is not the next one, ${next}`);
    const isNew = state.schema(id) === undefined;
    commit({ op: 'version', subject, version, id, ...(isNew ? { schema: content } : {}) });
    forgetEarlier(subject, id, version);
    return state.version(subject, version)!;
  }

  /** A schema that comes back takes the place of its softly deleted versions. */
  function forgetEarlier(subject: string, id: number, version: number): void {
    const earlier = state.versions(subject, 'deleted').filter((found) => found.id === id && found.version < version);
    const versions = earlier
      .map((found) => found.version)
      .filter((found) => state.referrers(subject, found, 'all').length === 0);
    if (versions.length > 0) commit({ op: 'delete', subject, versions, permanent: true });
  }

  /** A reference to version -1 means the newest one there is now. */
  function pin(references: readonly SchemaReference[]): readonly SchemaReference[] {
    return references.map((reference) => {
      const latest = reference.version === -1 ? state.versions(reference.subject, 'active').at(-1) : undefined;
      return latest === undefined ? reference : { ...reference, version: latest.version };
    });
  }

  function chooseId(known: number | undefined, wanted: number | undefined): number {
    if (wanted === undefined) return known ?? state.nextId;
    if (state.schema(wanted) !== undefined && known !== wanted) throw refusals.idDoesNotMatch(wanted);
    return wanted;
  }

  function deleteVersion(subject: string, version: number, permanent: boolean): void {
    checkWritable(subject);
    const found = state.version(subject, version);
    if (found === undefined) {
      throw state.versions(subject, 'all').length === 0
        ? refusals.subjectNotFound(subject)
        : refusals.versionNotFound(version);
    }
    if (state.referrers(subject, version, permanent ? 'all' : 'active').length > 0) {
      throw refusals.referenceExists(subject, version);
    }
    if (!permanent && found.deleted) throw refusals.versionSoftDeleted(subject, version);
    if (permanent && !found.deleted) throw refusals.versionNotSoftDeleted(subject, version);
    commit({ op: 'delete', subject, versions: [version], permanent });
  }

  function deleteSubject(subject: string, permanent: boolean): readonly number[] {
    checkWritable(subject);
    const all = state.versions(subject, 'all');
    if (all.length === 0) throw refusals.subjectNotFound(subject);
    const active = all.filter((version) => !version.deleted);
    if (!permanent && active.length === 0) throw refusals.subjectSoftDeleted(subject);
    const doomed = permanent ? all : active;
    for (const { version } of doomed) {
      const referrers = state.referrers(subject, version, permanent ? 'all' : 'active');
      if (referrers.some((referrer) => referrer.subject !== subject)) throw refusals.referenceExists(subject, version);
    }
    if (permanent && active.length > 0) throw refusals.subjectNotSoftDeleted(subject);
    const versions = doomed.map(({ version }) => version);
    commit({ op: 'delete', subject, versions, permanent });
    return versions;
  }

  return {
    state,
    canonical: (subject, content, normalize) => {
      const wanted = normalize || (state.config(subject) ?? state.config(null))?.normalize === true;
      const references = pin(content.references);
      const options = { normalize: wanted, references: resolve(references) };
      return { ...content, references, schema: canonicalText(content.schemaType, content.schema, options) };
    },
    resolve,
    register,
    reasonsAgainst,
    deleteVersion,
    deleteSubject,
    putConfig: (subject, config) => commit({ op: 'config', subject, config }),
    putMode: (subject, value) => commit({ op: 'mode', subject, mode: value }),
    level,
    mode,
    close: () => journal.close(),
  };
}
