/** The registry's rules: what may be registered, looked up and deleted, decided on the state and written to the journal. */
import { join } from 'node:path';
import { type ComparableSchema, incompatibilities } from '#core/registry/compatibility.ts';
import type { CompatibilityLevel, SchemaReference } from '#core/registry/schema.ts';
import { refusals } from './errors.ts';
import { type Journal, openJournal } from './journal.ts';
import {
  type Mode,
  type RegistryEvent,
  RegistryState,
  type SchemaContent,
  type StoredVersion,
  type SubjectConfig,
  type Visible,
} from './state.ts';
import { canonicalText, type ResolvedReference } from './texts.ts';

/** Every method that changes something is synchronous: one request is done before the next is looked at. */
export class RegistryStore {
  readonly state = new RegistryState();
  readonly #journal: Journal;

  constructor(dataDir: string) {
    this.#journal = openJournal(join(dataDir, 'registry.journal'), (event) => this.state.apply(event as RegistryEvent));
  }

  close(): void {
    this.#journal.close();
  }

  /** The content as it is kept: canonical text, references checked and pinned. Throws 42201. */
  canonical(subject: string, content: SchemaContent, normalize: boolean): SchemaContent {
    const configured = (this.state.config(subject) ?? this.state.config(null))?.normalize === true;
    const references = this.#pin(content.references);
    const options = { normalize: normalize || configured, references: this.resolve(references, 'active') };
    return { ...content, references, schema: canonicalText(content.schemaType, content.schema, options) };
  }

  /** Every referenced schema, transitive, each after those it uses itself; `visible` is of the first level. Throws 42201. */
  resolve(references: readonly SchemaReference[], visible: Visible): readonly ResolvedReference[] {
    const found = new Map<string, ResolvedReference>();
    this.#collect(references, visible, found);
    return [...found.values()];
  }

  /** Takes content in its canonical form; the version it already has is returned unchanged. */
  register(subject: string, content: SchemaContent, wanted: { id?: number; version?: number }): StoredVersion {
    const isImport = this.#checkRegistration(subject, wanted.id);
    const known = this.state.idOf(content);
    const active = this.state.versions(subject, 'active');
    const present = active.find(({ id, version }) => id === known && version === (wanted.version ?? version));
    if (present !== undefined) return present;
    if (!isImport) {
      const reasons = this.reasonsAgainst(subject, content, active);
      if (reasons.length > 0) throw refusals.incompatible(subject, reasons);
    }
    const id = this.#chooseId(known, wanted.id);
    const version = this.#chooseVersion(subject, wanted.version, isImport);
    const isNew = this.state.schema(id) === undefined;
    this.#commit({ op: 'version', subject, version, id, ...(isNew ? { schema: content } : {}) });
    this.#forgetEarlier(subject, id, version);
    return this.state.version(subject, version)!;
  }

  /** By the subject's level; empty when the content may follow these versions. */
  reasonsAgainst(subject: string, content: SchemaContent, versions: readonly StoredVersion[]): readonly string[] {
    const previous = versions.map(({ id, version }) => this.#comparable(this.state.schema(id)!, version));
    return incompatibilities(this.level(subject), this.#comparable(content), previous);
  }

  deleteVersion(subject: string, version: number, permanent: boolean): void {
    this.#checkWritable(subject);
    const found = this.state.version(subject, version);
    if (found === undefined) {
      const isUnknown = this.state.versions(subject, 'all').length === 0;
      throw isUnknown ? refusals.subjectNotFound(subject) : refusals.versionNotFound(version);
    }
    if (this.state.referrers(subject, version, permanent ? 'all' : 'active').length > 0) {
      throw refusals.referenceExists(subject, version);
    }
    if (!permanent && found.deleted) throw refusals.versionSoftDeleted(subject, version);
    if (permanent && !found.deleted) throw refusals.versionNotSoftDeleted(subject, version);
    this.#commit({ op: 'delete', subject, versions: [version], permanent });
  }

  deleteSubject(subject: string, permanent: boolean): readonly number[] {
    this.#checkWritable(subject);
    const all = this.state.versions(subject, 'all');
    if (all.length === 0) throw refusals.subjectNotFound(subject);
    const active = all.filter((version) => !version.deleted);
    if (!permanent && active.length === 0) throw refusals.subjectSoftDeleted(subject);
    const doomed = permanent ? all : active;
    for (const { version } of doomed) {
      const referrers = this.state.referrers(subject, version, permanent ? 'all' : 'active');
      if (referrers.some((referrer) => referrer.subject !== subject)) throw refusals.referenceExists(subject, version);
    }
    if (permanent && active.length > 0) throw refusals.subjectNotSoftDeleted(subject);
    const versions = doomed.map(({ version }) => version);
    this.#commit({ op: 'delete', subject, versions, permanent });
    return versions;
  }

  putConfig(subject: string | null, config: SubjectConfig | null): void {
    this.#commit({ op: 'config', subject, config });
  }

  putMode(subject: string | null, mode: Mode | null): void {
    this.#commit({ op: 'mode', subject, mode });
  }

  level(subject: string): CompatibilityLevel {
    const { state } = this;
    return state.config(subject)?.compatibilityLevel ?? state.config(null)?.compatibilityLevel ?? 'BACKWARD';
  }

  mode(subject: string | null): Mode {
    return this.state.mode(subject) ?? this.state.mode(null) ?? 'READWRITE';
  }

  /** The one way to change anything: on the disk first, then in memory. */
  #commit(event: RegistryEvent): void {
    try {
      this.#journal.append(event);
    } catch (error) {
      throw refusals.storeFailed(`Writing the registry's journal: ${error instanceof Error ? error.message : error}`);
    }
    this.state.apply(event);
  }

  #collect(references: readonly SchemaReference[], visible: Visible, found: Map<string, ResolvedReference>): void {
    for (const { name, subject, version } of references) {
      const key = JSON.stringify([subject, version]);
      if (found.has(key)) continue;
      const stored = this.state.version(subject, version);
      const isHidden = visible === 'active' && stored?.deleted;
      const schema = stored === undefined || isHidden ? undefined : this.state.schema(stored.id);
      if (schema === undefined) {
        throw refusals.invalidSchema(`No schema reference found for subject "${subject}" and version ${version}`);
      }
      // No circles: a version can only name versions that were there before it.
      this.#collect(schema.references, 'all', found);
      found.set(key, { name, text: schema.schema });
    }
  }

  /** A reference to version -1 means the newest one there is now. */
  #pin(references: readonly SchemaReference[]): readonly SchemaReference[] {
    return references.map((reference) => {
      const latest = reference.version === -1 ? this.state.versions(reference.subject, 'active').at(-1) : undefined;
      return latest === undefined ? reference : { ...reference, version: latest.version };
    });
  }

  #comparable(content: SchemaContent, version?: number): ComparableSchema {
    const references = this.resolve(content.references, 'all').map(({ text }) => text);
    const { schemaType, schema } = content;
    return { schemaType, schema, references, ...(version === undefined ? {} : { version }) };
  }

  #checkWritable(subject: string): void {
    const isReadOnly = this.state.mode(null) === 'READONLY_OVERRIDE' || this.mode(subject).startsWith('READONLY');
    if (isReadOnly) throw refusals.notPermitted(`Subject ${subject} is in read-only mode`);
  }

  /** Whether the subject is in import mode: only there ids are given, and there they have to be. */
  #checkRegistration(subject: string, wantedId: number | undefined): boolean {
    this.#checkWritable(subject);
    const isImport = this.mode(subject) === 'IMPORT';
    if (wantedId !== undefined && !isImport) throw refusals.notPermitted(`Subject ${subject} is not in import mode`);
    if (wantedId === undefined && isImport) throw refusals.notPermitted(`Subject ${subject} is in import mode`);
    return isImport;
  }

  #chooseId(known: number | undefined, wanted: number | undefined): number {
    if (wanted === undefined) return known ?? this.state.nextId;
    if (this.state.schema(wanted) !== undefined && known !== wanted) throw refusals.idDoesNotMatch(wanted);
    return wanted;
  }

  #chooseVersion(subject: string, wanted: number | undefined, isImport: boolean): number {
    const next = (this.state.versions(subject, 'all').at(-1)?.version ?? 0) + 1;
    const version = wanted ?? next;
    if (version !== next && !isImport) throw refusals.invalidSchema(`Version ${version} is not the next one, ${next}`);
    if (this.state.version(subject, version) !== undefined) {
      throw refusals.notPermitted(`Version ${version} of subject ${subject} is there already with another schema`);
    }
    return version;
  }

  /** A schema that comes back takes the place of its softly deleted versions. */
  #forgetEarlier(subject: string, id: number, version: number): void {
    const earlier = this.state
      .versions(subject, 'deleted')
      .filter((found) => found.id === id && found.version < version);
    const unused = earlier.filter((found) => this.state.referrers(subject, found.version, 'all').length === 0);
    const versions = unused.map((found) => found.version);
    if (versions.length > 0) this.#commit({ op: 'delete', subject, versions, permanent: true });
  }
}
