/**
 * `policy.json` of the state directory: what was agreed on this machine about each connection, so that a commit that is
 * pulled cannot loosen it. Mode 0600, replaced as a whole; read at each call, so every process sees what another wrote.
 *
 * A file that can't be read fails every call: without the policy nothing is known to be allowed.
 */
import { mkdirSync, readFileSync, unwatchFile, watchFile } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { WorkbenchError } from '#core/contract/errors.ts';
import { policySchema } from '#core/contract/policy.ts';
import { type ConnectionGuard, noGuard } from './connection.ts';
import { writeStateFile } from './state-file.ts';

const currentVersion = 1;
const fileSchema = z.strictObject({
  version: z.literal(currentVersion),
  connections: z.record(z.string(), policySchema.extend({ unlockedUntil: z.number() })),
});

const lookEveryMs = 500;

/** A guard in use, when it is no longer known what was agreed: nothing may write, what was denied stays denied. */
export function lockedDown(guard: ConnectionGuard): ConnectionGuard {
  return { ...guard, readOnly: true, unlockedUntil: 0 };
}

export class Policies {
  readonly #file: string;

  constructor(stateDir: string) {
    this.#file = join(stateDir, 'policy.json');
  }

  /** `saysReadOnly`: the file of the workspace does; from then on the connection is, until `change` says otherwise. */
  guardOf(name: string, saysReadOnly: boolean): ConnectionGuard {
    const kept = this.#read().get(name) ?? noGuard;
    if (!saysReadOnly || kept.readOnly) return { ...kept };
    return this.change(name, { readOnly: true });
  }

  change(name: string, part: Partial<ConnectionGuard>): ConnectionGuard {
    const kept = this.#read();
    const changed = { ...noGuard, ...kept.get(name), ...part };
    kept.set(name, changed);
    mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
    writeStateFile(this.#file, { version: currentVersion, connections: Object.fromEntries(kept) });
    return { ...changed };
  }

  /** Calls `listener` when the file changed, by whatever program, within a second; it keeps no process alive. Answers the end of it. */
  watch(listener: () => void): () => void {
    watchFile(this.#file, { interval: lookEveryMs, persistent: false }, listener);
    return () => unwatchFile(this.#file, listener);
  }

  /** By the name of the connection. */
  #read(): Map<string, ConnectionGuard> {
    let text: string;
    try {
      text = readFileSync(this.#file, 'utf8');
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
      throw this.#unreadable(cause);
    }
    try {
      return new Map(Object.entries(fileSchema.parse(JSON.parse(text)).connections));
    } catch (cause) {
      throw this.#unreadable(cause);
    }
  }

  #unreadable(cause: unknown): WorkbenchError {
    const message = `What was agreed on this machine can’t be read: ${this.#file} is no policy of version ${currentVersion}.`;
    const nextStep = 'Correct the file or update Mercury Workbench. Removing it takes back every deny list and limit.';
    return new WorkbenchError('WORKSPACE_INVALID', message, { object: this.#file, nextStep, cause });
  }
}
