/** A page of the journal, newest first, of the entries that fit. */
import type { JournalEntry, JournalPage } from '#core/contract/journal.ts';
import type { Journal } from './journal.ts';

export interface JournalRequest {
  readonly limit: number;
  /** The `older` of the page before. */
  readonly before?: string | undefined;
  readonly text?: string | undefined;
  readonly kind?: JournalEntry['kind'] | undefined;
  readonly result?: 'done' | 'failed' | undefined;
}

export async function listJournal(journal: Pick<Journal, 'entries'>, request: JournalRequest): Promise<JournalPage> {
  const entries: JournalEntry[] = [];
  let unreadable = 0;
  let isReached = request.before === undefined;
  for await (const entry of journal.entries()) {
    if (isReached && entry === undefined) unreadable += 1;
    else if (isReached && entry !== undefined && fits(entry, request)) {
      if (entries.length === request.limit) return { entries, older: entries.at(-1)!.id, unreadable };
      entries.push(entry);
    }
    isReached ||= entry?.id === request.before;
  }
  return { entries, unreadable };
}

function fits(entry: JournalEntry, { kind, result, text = '' }: JournalRequest): boolean {
  if (kind !== undefined && entry.kind !== kind) return false;
  if (result !== undefined && (entry.error === null) !== (result === 'done')) return false;
  const all = textOf(entry);
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}

/** `setFeedRate` is found by `feed rate`. */
function textOf({ method, kind, name, connection, from, error, input }: JournalEntry): string {
  const words = method.replaceAll(/[A-Z]/g, (letter) => ` ${letter}`);
  const parts = [method, words, kind, name, connection, from, error?.code, error?.message, JSON.stringify(input)];
  return parts.join(' ').toLowerCase();
}
