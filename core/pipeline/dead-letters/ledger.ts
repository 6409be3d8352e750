/**
 * The ledger of dead letters, what was done about each: one line of JSON for each step, in a file of the state directory
 * that only grows.
 *
 * It is written before a letter is sent and after Kafka has it: a program that dies in between leaves a letter `sending`,
 * which nobody sends again by accident. Other programs of this user may write to it too: it is read on at each use.
 */
import { appendFileSync, closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { z } from 'zod';

/** Where a letter is for ever: a topic made anew under its name has another id. */
export interface LetterKey {
  readonly clusterId: string;
  readonly topicId: string;
  readonly partition: number;
  readonly offset: bigint;
}

const placeSchema = z.object({ topic: z.string(), partition: z.int(), offset: z.string() });
const entrySchema = z.object({
  version: z.literal(1),
  letter: z.string(),
  at: z.number(),
  did: z.enum(['sending', 'redriven', 'failed', 'dropped', 'restored']),
  isEdited: z.boolean().default(false),
  to: placeSchema.optional(),
});
export type LetterEntry = z.infer<typeof entrySchema>;

export class LetterLedger {
  readonly #file: string;
  /** The last entry of each letter that still means something. */
  readonly #last = new Map<string, LetterEntry>();
  #readBytes = 0;

  constructor(file: string) {
    this.#file = file;
  }

  of(key: LetterKey): LetterEntry | undefined {
    this.#readOn();
    return this.#last.get(nameOf(key));
  }

  add(key: LetterKey, entry: Pick<LetterEntry, 'did'> & Partial<Pick<LetterEntry, 'isEdited' | 'to'>>): void {
    const line = { version: 1, letter: nameOf(key), at: Date.now(), ...entry };
    // The line break comes first: a line that a killed program left unfinished does not swallow this one.
    appendFileSync(this.#file, `\n${JSON.stringify(line)}`, { mode: 0o600 });
  }

  #readOn(): void {
    for (const line of this.#newText().split('\n')) {
      const entry = entrySchema.safeParse(parse(line));
      if (!entry.success) continue;
      const { letter, did } = entry.data;
      if (did === 'restored' || did === 'failed') this.#last.delete(letter);
      else this.#last.set(letter, entry.data);
    }
  }

  #newText(): string {
    let descriptor: number;
    try {
      descriptor = openSync(this.#file, 'r');
    } catch {
      return '';
    }
    try {
      const bytes = Buffer.alloc(Math.max(0, fstatSync(descriptor).size - this.#readBytes));
      const length = readSync(descriptor, bytes, 0, bytes.length, this.#readBytes);
      this.#readBytes += length;
      return bytes.toString('utf8', 0, length);
    } finally {
      closeSync(descriptor);
    }
  }
}

function nameOf({ clusterId, topicId, partition, offset }: LetterKey): string {
  return `${clusterId}/${topicId}/${partition}@${offset}`;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
