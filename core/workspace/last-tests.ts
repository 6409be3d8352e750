/** How the last test of each connection went, kept in the state directory until its file or its secrets change. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { type ConnectionDraft, type LastTest, lastTestSchema } from '#core/contract/connection.ts';
import { readStateFile, writeStateFile } from './state-file.ts';

const fileSchema = z.object({ version: z.literal(1), tests: z.record(z.string(), lastTestSchema) });

export class LastTests {
  readonly #file: string;
  /** Of what was not saved yet: its digest, since a draft may hold secrets. */
  #ofDraft: { readonly digest: string; readonly outcome: LastTest } | undefined;

  constructor(stateDir: string) {
    this.#file = join(stateDir, 'connection-tests.json');
  }

  all(): ReadonlyMap<string, LastTest> {
    return new Map(Object.entries(readStateFile(this.#file, fileSchema)?.tests ?? {}));
  }

  keep(name: string, outcome: LastTest): void {
    this.#write(name, outcome);
  }

  keepOfDraft(draft: ConnectionDraft, outcome: LastTest): void {
    this.#ofDraft = { digest: digestOf(draft), outcome };
  }

  /** What was known of the connection is of another one now, unless just this draft was tested. */
  saved(draft: ConnectionDraft): void {
    const isTested = this.#ofDraft?.digest === digestOf(draft);
    this.#write(draft.definition.name, isTested ? this.#ofDraft?.outcome : undefined);
  }

  #write(name: string, outcome: LastTest | undefined): void {
    const tests = new Map(this.all());
    if (outcome === undefined) tests.delete(name);
    else tests.set(name, outcome);
    writeStateFile(this.#file, { version: 1, tests: Object.fromEntries(tests) });
  }
}

const digestOf = (draft: ConnectionDraft): string => createHash('sha256').update(JSON.stringify(draft)).digest('hex');
