/**
 * The connections of the workspace as the main process sees them: their files, which one is in use, who may write, and how
 * a name becomes a `ResolvedConnection`.
 *
 * What a page is told has no secret in it. Who may write is agreed on this machine (`policy.ts`): what a file says can make a
 * connection read-only, never the other way round. An unlock ends with its time or by `lock`.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import {
  type ConnectionDefinition,
  type ConnectionDraft,
  type ConnectionSummary,
  type SecretInput,
  sandboxConnection,
  sandboxSummary,
} from '#core/contract/connection.ts';
import { toErrorData, WorkbenchError } from '#core/contract/errors.ts';
import type { Policy } from '#core/contract/policy.ts';
import { type ConnectionGuard, noGuard, type ResolvedConnection, sealConnection } from './connection.ts';
import {
  type ConnectionFile,
  connectionText,
  listConnectionFiles,
  readConnectionFile,
  removeConnectionFile,
  writeConnectionFile,
  writeConnectionText,
} from './connection-file.ts';
import { LastTests } from './last-tests.ts';
import { lockedDown, Policies } from './policy.ts';
import { isReadOnly, resolveDefinition, secretNamesOf } from './resolve-connection.ts';
import { Secret } from './secret.ts';
import type { SecretStore } from './secrets.ts';
import { readStateFile, writeStateFile } from './state-file.ts';

export interface ConnectionsOptions {
  readonly workspaceDir: string;
  readonly stateDir: string;
  readonly secrets: SecretStore;
  /** Waits until the sandbox is up. */
  readonly sandbox: () => Promise<ResolvedConnection>;
  /** What it lets through has changed: for processes that hold a copy of its guard. */
  readonly onGuard: (name: string, guard: ConnectionGuard) => void;
}

const currentSchema = z.object({ current: z.string() });
/** What was unlocked before is locked, should it become read-only again. */
const agreed = { readOnly: false, unlockedUntil: 0 };
const pastedForMs = 10 * 60_000;

interface Removed {
  readonly text: string;
  readonly secrets: ReadonlyMap<string, Secret>;
}

export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #policies: Policies;
  /** Told of each test by who makes it. */
  readonly tests: LastTests;
  readonly #guards = new Map<string, ConnectionGuard>();
  readonly #unwatch: () => void;
  readonly #removed = new Map<string, Removed>();
  readonly #pasted = new Map<string, Secret>();

  constructor(options: ConnectionsOptions) {
    this.#options = options;
    this.#policies = new Policies(options.stateDir);
    this.tests = new LastTests(options.stateDir);
    this.#unwatch = this.#policies.watch(() => this.#refreshGuards());
    // What is read-only today stays so, should a commit loosen it before anyone looks.
    this.list();
  }

  close(): void {
    this.#unwatch();
  }

  /** The one that topics and records are read from. */
  get current(): string {
    return readStateFile(this.#stateFile, currentSchema)?.current ?? sandboxConnection;
  }

  list(): ConnectionSummary[] {
    const tests = this.tests.all();
    const saved = listConnectionFiles(this.#options.workspaceDir).map((file) => this.#summary(file));
    return [sandboxSummary, ...saved].map((one) => ({ ...one, lastTest: tests.get(one.name) ?? null }));
  }

  /** Throws `NOT_FOUND`. */
  get(name: string): ConnectionFile {
    const found = readConnectionFile(this.#options.workspaceDir, name);
    if (found !== undefined && name !== sandboxConnection) return found;
    throw noConnection(name);
  }

  secretsOf(definition: ConnectionDefinition): { readonly name: string; readonly isSet: boolean }[] {
    return secretNamesOf(definition).map((name) => ({ name, isSet: this.#options.secrets.has(name) }));
  }

  save(draft: ConnectionDraft, isNew: boolean): void {
    const { definition, secrets } = draft;
    const { workspaceDir } = this.#options;
    const { name } = definition;
    const before = readConnectionFile(workspaceDir, name);
    const wasReadOnly = before?.definition !== undefined && isReadOnly(before.definition);
    if (isNew && before !== undefined) {
      const nextStep = 'Choose another name, or open the one that is there.';
      throw new WorkbenchError('CONFLICT', `There is a connection ${name} already.`, { object: name, nextStep });
    }
    if (before?.fault !== undefined) throw before.fault;
    const values = this.#inputs(definition, secrets);
    writeConnectionFile(workspaceDir, definition);
    for (const [secret, value] of values) this.#options.secrets.set(secret, value.value);
    const used = this.#secretsInUse();
    for (const secret of before?.definition === undefined ? [] : secretNamesOf(before.definition)) {
      if (!used.has(secret)) this.#options.secrets.remove(secret);
    }
    if ((isNew || wasReadOnly) && !isReadOnly(definition)) this.#policies.change(name, agreed);
    this.#guardOf(definition);
    this.tests.saved(draft);
  }

  /** Its secrets go too, unless another connection names them. `restore` brings both back. */
  remove(name: string): void {
    const { workspaceDir, secrets } = this.#options;
    const { definition } = this.get(name);
    const names = definition === undefined ? [] : secretNamesOf(definition);
    const kept = new Map(names.filter((secret) => secrets.has(secret)).map((secret) => [secret, secrets.get(secret)]));
    this.#removed.set(name, { text: connectionText(workspaceDir, name)!, secrets: kept });
    this.lock(name);
    removeConnectionFile(workspaceDir, name);
    const used = this.#secretsInUse();
    for (const secret of names) if (!used.has(secret)) secrets.remove(secret);
    if (this.current === name) this.#remember(sandboxConnection);
  }

  restore(name: string): void {
    const removed = this.#removed.get(name);
    if (removed === undefined) throw noConnection(name);
    if (connectionText(this.#options.workspaceDir, name) !== undefined) {
      throw new WorkbenchError('CONFLICT', `There is a new connection ${name} by now.`, { object: name });
    }
    writeConnectionText(this.#options.workspaceDir, name, removed.text);
    for (const [secret, value] of removed.secrets) this.#options.secrets.set(secret, value.value);
    this.#removed.delete(name);
  }

  switchTo(name: string): void {
    if (name !== sandboxConnection) {
      const { fault } = this.get(name);
      if (fault !== undefined) throw fault;
    }
    this.#remember(name);
  }

  /** Throws what keeps it from being used: `NOT_FOUND`, the fault of its file, `SECRET_MISSING`. */
  async resolve(name: string): Promise<ResolvedConnection> {
    if (name === sandboxConnection) return sealConnection(await this.#options.sandbox());
    const { definition, fault } = this.get(name);
    if (fault !== undefined || definition === undefined) throw fault ?? noConnection(name);
    const secretOf = (secret: string): Secret => this.#options.secrets.get(secret);
    return resolveDefinition(definition, { ...this.#options, secretOf, guard: this.#guardOf(definition) });
  }

  /** As it would be once saved, for a test: it may not write, and unlocks nothing. */
  resolveDraft({ definition, secrets }: ConnectionDraft): ResolvedConnection {
    const values = this.#inputs(definition, secrets);
    const secretOf = (secret: string): Secret => values.get(secret) ?? this.#options.secrets.get(secret);
    return resolveDefinition(definition, { ...this.#options, secretOf, guard: { ...noGuard, readOnly: true } });
  }

  /** Until when; writes are refused again after that, whatever holds the connection. */
  unlock(name: string, minutes: number): number {
    if (!this.#guard(name).readOnly) {
      throw new WorkbenchError('INVALID_INPUT', `${name} is not read-only: there is nothing to unlock.`, {
        object: name,
      });
    }
    const unlockedUntil = Date.now() + minutes * 60_000;
    this.#change(name, { unlockedUntil });
    return unlockedUntil;
  }

  lock(name: string): void {
    this.#change(name, { unlockedUntil: 0 });
  }

  /** `readOnly: false` agrees to writes where its file says so; a file that says read-only keeps it read-only. */
  setPolicy(name: string, policy: Policy): void {
    this.#change(name, policy.readOnly ? policy : { ...policy, ...agreed });
  }

  /** Keeps a secret that came in a pasted text; the answer stands for it in a draft. */
  keepPasted(value: string): string {
    const id = randomUUID();
    this.#pasted.set(id, new Secret(value));
    setTimeout(() => this.#pasted.delete(id), pastedForMs).unref();
    return id;
  }

  #inputs(definition: ConnectionDefinition, inputs: Readonly<Record<string, SecretInput>>): Map<string, Secret> {
    const names = secretNamesOf(definition);
    return new Map(
      Object.entries(inputs)
        .filter(([name]) => names.includes(name))
        .map(([name, input]) => [name, 'value' in input ? new Secret(input.value) : this.#takePasted(input.pasted)]),
    );
  }

  #takePasted(id: string): Secret {
    const secret = this.#pasted.get(id);
    if (secret !== undefined) return secret;
    throw new WorkbenchError('SECRET_MISSING', 'What was pasted is no longer kept.', {
      nextStep: 'Paste it again, or type the secret.',
    });
  }

  #change(name: string, part: Partial<ConnectionGuard>): void {
    this.get(name);
    this.#policies.change(name, part);
    this.#guard(name);
  }

  #guard(name: string): ConnectionGuard {
    const { definition } = this.get(name);
    return definition === undefined ? { ...noGuard, readOnly: true } : this.#guardOf(definition);
  }

  /** One object for each name: every holder in this process sees it change, the others are told. */
  #guardOf(definition: ConnectionDefinition): ConnectionGuard {
    const { name } = definition;
    return this.#hold(name, this.#policies.guardOf(name, isReadOnly(definition)));
  }

  #hold(name: string, now: ConnectionGuard): ConnectionGuard {
    const held = this.#guards.get(name);
    if (held === undefined) {
      this.#guards.set(name, now);
      return now;
    }
    if (!isDeepStrictEqual(held, now)) {
      Object.assign(held, now);
      this.#options.onGuard(name, held);
    }
    return held;
  }

  #refreshGuards(): void {
    for (const [name, held] of this.#guards) {
      try {
        this.#guard(name);
      } catch {
        this.#hold(name, lockedDown(held));
      }
    }
  }

  #summary({ name, file, definition, fault: faultOfFile }: ConnectionFile): Omit<ConnectionSummary, 'lastTest'> {
    let guard: ConnectionGuard = { ...noGuard, readOnly: definition !== undefined };
    let fault = faultOfFile?.toData() ?? null;
    try {
      if (definition !== undefined) guard = this.#guardOf(definition);
    } catch (error) {
      fault ??= toErrorData(error);
    }
    const { unlockedUntil, ...policy } = guard;
    const secrets = definition === undefined ? [] : this.secretsOf(definition);
    return {
      name,
      title: definition?.title ?? null,
      environment: definition?.environment ?? 'development',
      brokers: [...(definition?.kafka.brokers ?? [])],
      security: securityOf(definition),
      registry: definition?.registry?.url ?? null,
      readOnly: guard.readOnly,
      saysReadOnly: definition !== undefined && isReadOnly(definition),
      unlockedUntil: guard.readOnly && unlockedUntil > Date.now() ? unlockedUntil : null,
      policy,
      isBuiltIn: false,
      file,
      fault,
      missingSecrets: secrets.filter(({ isSet }) => !isSet).map((secret) => secret.name),
    };
  }

  #secretsInUse(): ReadonlySet<string> {
    const files = listConnectionFiles(this.#options.workspaceDir);
    return new Set(files.flatMap(({ definition }) => (definition === undefined ? [] : secretNamesOf(definition))));
  }

  #remember(current: string): void {
    writeStateFile(this.#stateFile, { current });
  }

  get #stateFile(): string {
    return join(this.#options.stateDir, 'connection.json');
  }
}

function securityOf(definition: ConnectionDefinition | undefined): ConnectionSummary['security'] {
  const { tls, sasl } = definition?.kafka ?? {};
  if (sasl === undefined) return tls === undefined ? 'plaintext' : 'TLS';
  return tls === undefined ? 'SASL' : 'SASL over TLS';
}

function noConnection(name: string): WorkbenchError {
  return new WorkbenchError('NOT_FOUND', `There is no connection ${name} in the workspace.`, {
    object: name,
    nextStep: 'The page Connections lists those that are there.',
  });
}
