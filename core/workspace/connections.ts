/**
 * The connections of the workspace as the main process sees them: their files, which one is in use, who may write, and how
 * a name becomes a `ResolvedConnection`.
 *
 * What a page is told has no secret in it. Unlocks live in memory: they end with their time, by `lock`, or with the program.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import {
  type ConnectionDefinition,
  type ConnectionDraft,
  type ConnectionSummary,
  type SecretInput,
  sandboxConnection,
} from '#core/contract/connection.ts';
import { WorkbenchError } from '#core/contract/errors.ts';
import { type ConnectionGuard, type ResolvedConnection, sealConnection } from './connection.ts';
import {
  type ConnectionFile,
  connectionText,
  listConnectionFiles,
  readConnectionFile,
  removeConnectionFile,
  writeConnectionFile,
  writeConnectionText,
} from './connection-file.ts';
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
  /** The connection was unlocked or locked: for processes that hold a copy of its guard. */
  readonly onGuard: (name: string, guard: ConnectionGuard) => void;
}

type Listed = Omit<ConnectionSummary, 'lastTest'>;

const currentSchema = z.object({ current: z.string() });
const pastedForMs = 10 * 60_000;

interface Removed {
  readonly text: string;
  readonly secrets: ReadonlyMap<string, Secret>;
}

export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #guards = new Map<string, ConnectionGuard>();
  readonly #removed = new Map<string, Removed>();
  readonly #pasted = new Map<string, Secret>();

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  /** The one that topics and records are read from. */
  get current(): string {
    return readStateFile(this.#stateFile, currentSchema)?.current ?? sandboxConnection;
  }

  list(): Listed[] {
    return [builtIn, ...listConnectionFiles(this.#options.workspaceDir).map((file) => this.#summary(file))];
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

  save({ definition, secrets }: ConnectionDraft, isNew: boolean): void {
    const { workspaceDir } = this.#options;
    const { name } = definition;
    const before = readConnectionFile(workspaceDir, name);
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
    this.#refreshGuard(definition);
  }

  /** Its secrets go too, unless another connection names them. `restore` brings both back. */
  remove(name: string): void {
    const { workspaceDir, secrets } = this.#options;
    const { definition } = this.get(name);
    const names = definition === undefined ? [] : secretNamesOf(definition);
    const kept = new Map(names.filter((secret) => secrets.has(secret)).map((secret) => [secret, secrets.get(secret)]));
    this.#removed.set(name, { text: connectionText(workspaceDir, name)!, secrets: kept });
    removeConnectionFile(workspaceDir, name);
    const used = this.#secretsInUse();
    for (const secret of names) if (!used.has(secret)) secrets.remove(secret);
    this.lock(name);
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
    return resolveDefinition(definition, { ...this.#options, secretOf, guard: { readOnly: true, unlockedUntil: 0 } });
  }

  /** Until when; writes are refused again after that, whatever holds the connection. */
  unlock(name: string, minutes: number): number {
    const { definition } = this.get(name);
    if (definition === undefined || !isReadOnly(definition)) {
      throw new WorkbenchError('INVALID_INPUT', `${name} is not read-only: there is nothing to unlock.`, {
        object: name,
      });
    }
    const guard = this.#guardOf(definition);
    guard.unlockedUntil = Date.now() + minutes * 60_000;
    this.#options.onGuard(name, guard);
    return guard.unlockedUntil;
  }

  lock(name: string): void {
    const guard = this.#guards.get(name);
    if (guard === undefined) return;
    guard.unlockedUntil = 0;
    this.#options.onGuard(name, guard);
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

  /** One object for each name: every holder in this process sees it change. */
  #guardOf(definition: ConnectionDefinition): ConnectionGuard {
    const guard = this.#guards.get(definition.name) ?? { readOnly: false, unlockedUntil: 0 };
    guard.readOnly = isReadOnly(definition);
    this.#guards.set(definition.name, guard);
    return guard;
  }

  #refreshGuard(definition: ConnectionDefinition): void {
    if (!this.#guards.has(definition.name)) return;
    this.#options.onGuard(definition.name, this.#guardOf(definition));
  }

  #summary({ name, file, definition, fault }: ConnectionFile): Listed {
    const until = this.#guards.get(name)?.unlockedUntil ?? 0;
    const readOnly = definition !== undefined && isReadOnly(definition);
    const secrets = definition === undefined ? [] : this.secretsOf(definition);
    return {
      name,
      title: definition?.title ?? null,
      environment: definition?.environment ?? 'development',
      brokers: [...(definition?.kafka.brokers ?? [])],
      security: securityOf(definition),
      registry: definition?.registry?.url ?? null,
      readOnly,
      unlockedUntil: readOnly && until > Date.now() ? until : null,
      isBuiltIn: false,
      file,
      fault: fault?.toData() ?? null,
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

const builtIn: Listed = {
  name: sandboxConnection,
  title: 'Sandbox on this machine',
  environment: 'development',
  brokers: [],
  security: 'plaintext',
  registry: null,
  readOnly: false,
  unlockedUntil: null,
  isBuiltIn: true,
  file: null,
  fault: null,
  missingSecrets: [],
};

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
