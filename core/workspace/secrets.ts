/**
 * The secrets of this user: by name, kept in one encrypted file where something can open it, else in memory for this run.
 *
 * A value leaves as a `Secret` and only towards a connection; nothing here lists values. What is set while the file is not
 * open stays in memory and goes into the file once it is.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SecretsStatus } from '#core/contract/connection.ts';
import { WorkbenchError } from '#core/contract/errors.ts';
import { Secret } from './secret.ts';
import {
  type KeyWrapper,
  newDataKey,
  openContent,
  openDataKey,
  parseSecretsFile,
  type SecretsFile,
  type SecretValues,
  type Slot,
  type SlotKey,
  sealContent,
  withSlot,
  writeSecretsFile,
} from './secrets-file.ts';

export interface SecretStore {
  has(name: string): boolean;
  /** Throws `SECRET_MISSING` with what to do. */
  get(name: string): Secret;
  set(name: string, value: string): void;
  remove(name: string): void;
  status(): SecretsStatus;
  /** Opens the file, or begins one. Throws `INVALID_INPUT` when it is not this passphrase. */
  openWith(passphrase: string): void;
}

export interface SecretsOptions {
  readonly stateDir: string;
  /** The system's key store, where the desktop shell found one. */
  readonly keyWrapper?: KeyWrapper | undefined;
  readonly environment?: NodeJS.ProcessEnv;
}

export const secretsVariable = 'MERCURY_SECRETS_KEY';

export function openSecrets(options: SecretsOptions): SecretStore {
  return new Secrets(options);
}

/** `locked`: none of the keys at hand opens it. `damaged`: it is no secrets file, or was changed by someone without its key. */
type State =
  | { readonly kind: 'none' | 'locked' | 'damaged' }
  | { readonly kind: 'open'; readonly file: SecretsFile; readonly dataKey: Uint8Array; readonly values: SecretValues };

class Secrets implements SecretStore {
  readonly #path: string;
  readonly #wrapper: KeyWrapper | undefined;
  #keys: readonly SlotKey[];
  readonly #memory = new Map<string, string>();
  /** Deriving a key is slow on purpose: once for each content of the file. */
  #read: { readonly text: string | undefined; readonly state: State } | undefined;

  constructor({ stateDir, keyWrapper, environment = process.env }: SecretsOptions) {
    this.#path = join(stateDir, 'secrets.json');
    this.#wrapper = keyWrapper;
    const passphrase = environment[secretsVariable];
    this.#keys = [
      ...(keyWrapper === undefined ? [] : [{ type: 'system', wrapper: keyWrapper } as const]),
      ...(passphrase ? [{ type: 'environment', passphrase } as const] : []),
    ];
  }

  has(name: string): boolean {
    return this.#valueOf(name) !== undefined;
  }

  get(name: string): Secret {
    const value = this.#valueOf(name);
    if (value !== undefined) return new Secret(value);
    const { kept, nextStep } = this.status();
    throw new WorkbenchError('SECRET_MISSING', `The secret ${name} is not set for this user.`, {
      object: name,
      nextStep: (kept === 'locked' && nextStep) || 'Enter it in its connection, on the page Connections.',
    });
  }

  set(name: string, value: string): void {
    const state = this.#begin();
    if (state.kind === 'open') this.#save(state.file.slots, state.dataKey, { ...state.values, [name]: value });
    else this.#memory.set(name, value);
  }

  remove(name: string): void {
    this.#memory.delete(name);
    const state = this.#state();
    if (state.kind !== 'open' || !(name in state.values)) return;
    const { [name]: _removed, ...rest } = state.values;
    this.#save(state.file.slots, state.dataKey, rest);
  }

  openWith(passphrase: string): void {
    const key = { type: 'passphrase', passphrase } as const;
    const { kind } = this.#state();
    if (kind === 'damaged') throw damaged(this.#path);
    const before = { keys: this.#keys, read: this.#read };
    this.#keys = [...this.#keys.filter(({ type }) => type !== 'passphrase'), key];
    this.#read = undefined;
    if (this.#begin().kind === 'open') return;
    this.#keys = before.keys;
    this.#read = before.read;
    throw new WorkbenchError('INVALID_INPUT', 'This passphrase does not open the secrets file.', {
      object: this.#path,
      nextStep: 'Try again; upper and lower case matter.',
    });
  }

  status(): SecretsStatus {
    const { kind } = this.#state();
    if (kind === 'damaged')
      return { kept: 'locked', openedBy: [], message: damaged(this.#path).message, nextStep: damagedNextStep };
    if (kind === 'locked') return lockedStatus(this.#keys);
    return this.#keys.length === 0 ? memoryStatus : this.#keptStatus();
  }

  #keptStatus(): SecretsStatus {
    const state = this.#state();
    const types = (state.kind === 'open' ? state.file.slots : this.#keys).map(({ type }) => type);
    const titles = {
      system: this.#wrapper?.title ?? 'the system’s key store',
      environment: secretsVariable,
      passphrase: 'a passphrase',
    };
    const openedBy = types.map((type) => titles[type]);
    return {
      kept: 'file',
      openedBy,
      message: `Kept encrypted on this machine; opened by ${openedBy.join(' or ')}.`,
      nextStep: null,
    };
  }

  #valueOf(name: string): string | undefined {
    const state = this.#state();
    const kept = state.kind === 'open' && Object.hasOwn(state.values, name) ? state.values[name] : undefined;
    return this.#memory.get(name) ?? kept;
  }

  /** Read anew at each use: another program of this user may have written since. */
  #state(): State {
    const text = readText(this.#path);
    if (this.#read !== undefined && this.#read.text === text) return this.#read.state;
    const before = this.#read?.state;
    this.#read = { text, state: this.#open(text, before?.kind === 'open' ? before.dataKey : undefined) };
    return this.#read.state;
  }

  #open(text: string | undefined, known: Uint8Array | undefined): State {
    if (text === undefined) return { kind: 'none' };
    const file = parseSecretsFile(text);
    if (file === undefined) return { kind: 'damaged' };
    const opening = this.#keys.map((key) => ({ key, dataKey: openDataKey(file.slots, key) }));
    const dataKey = opening.find((one) => one.dataKey !== undefined)?.dataKey ?? known;
    if (dataKey === undefined) return { kind: 'locked' };
    try {
      const values = openContent(file, dataKey);
      const lacking = opening.filter((one) => one.dataKey === undefined).map(({ key }) => key);
      return lacking.length + this.#memory.size === 0
        ? { kind: 'open', file, dataKey, values }
        : this.#extend({ file, dataKey, values, lacking });
    } catch {
      return { kind: 'damaged' };
    }
  }

  /** Whoever opens the file gives every other key at hand a slot, so that each opens it alone the next time. */
  #extend({ file, dataKey, values, lacking }: Extension): State {
    return this.#save(withSlots(file.slots, lacking, dataKey), dataKey, values);
  }

  /** A file from now on, where there is none and a key for one. */
  #begin(): State {
    const state = this.#state();
    if (state.kind !== 'none' || this.#keys.length === 0) return state;
    const dataKey = newDataKey();
    return this.#save(withSlots([], this.#keys, dataKey), dataKey, {});
  }

  /** With what memory holds. */
  #save(slots: readonly Slot[], dataKey: Uint8Array, values: SecretValues): State {
    const all = { ...values, ...Object.fromEntries(this.#memory) };
    const file: SecretsFile = { version: 1, slots: [...slots], content: sealContent(all, dataKey) };
    writeSecretsFile(this.#path, file);
    this.#memory.clear();
    const state: State = { kind: 'open', file, dataKey, values: all };
    this.#read = { text: readText(this.#path), state };
    return state;
  }
}

interface Extension {
  readonly file: SecretsFile;
  readonly dataKey: Uint8Array;
  readonly values: SecretValues;
  readonly lacking: readonly SlotKey[];
}

function withSlots(slots: readonly Slot[], keys: readonly SlotKey[], dataKey: Uint8Array): readonly Slot[] {
  return keys.reduce((all, key) => withSlot(all, key, dataKey), slots);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

const memoryStatus: SecretsStatus = {
  kept: 'memory',
  openedBy: [],
  message: 'Secrets are kept in memory and gone when Mercury Workbench ends: nothing here can keep a key for them.',
  nextStep: `Choose a passphrase, or start with the variable ${secretsVariable}, to keep them in an encrypted file.`,
};

function lockedStatus(keys: readonly SlotKey[]): SecretsStatus {
  const isSet = keys.some(({ type }) => type === 'environment');
  const what = isSet
    ? `The value of ${secretsVariable} does not open the secrets file`
    : 'Nothing here opens the secrets file';
  return {
    kept: 'locked',
    openedBy: [],
    message: `${what}; what you enter now is gone when Mercury Workbench ends.`,
    nextStep: `Enter its passphrase, or start with the variable ${secretsVariable} that it was made with.`,
  };
}

const damagedNextStep = 'Put back a copy of it, or move it away and enter the secrets again.';

function damaged(path: string): WorkbenchError {
  const message = `${path} was changed by another program or is damaged: it is neither read nor written.`;
  return new WorkbenchError('WORKSPACE_INVALID', message, { object: path, nextStep: damagedNextStep });
}
