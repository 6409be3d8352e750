/** `mercury journal`: what was changed, from a terminal; and how the commands that change something come into it. */
import { Command } from 'commander';
import { toErrorData } from '#core/contract/errors.ts';
import type { JournalEntry } from '#core/contract/journal.ts';
import { Journal, type NewEntry } from '#core/workspace/journal/journal.ts';
import { listJournal } from '#core/workspace/journal/list.ts';
import { defaultStateDir, journalFile } from '#core/workspace/paths.ts';
import { atLeastOne } from './arguments.ts';
import { note, print } from './output.ts';

interface JournalOptions {
  readonly limit: number;
  readonly json?: boolean;
}

export function journalCommand(): Command {
  return new Command('journal')
    .description('list what was changed, newest first')
    .argument('[words...]', 'only entries with these words')
    .option('--limit <n>', 'entries at most', atLeastOne, 50)
    .option('--json', 'one JSON object an entry')
    .action(list);
}

async function list(words: readonly string[], options: JournalOptions): Promise<void> {
  const { entries, older } = await listJournal(open(), { limit: options.limit, text: words.join(' ') });
  for (const entry of entries) print(options.json === true ? JSON.stringify(entry) : lineOf(entry));
  if (entries.length === 0) note('Nothing was changed that fits.');
  if (older !== undefined) note('There are more: see --limit.');
}

/** Does `work`, then adds how it ended: a command does not pass the contract, where calls are kept by themselves. */
export async function keptInJournal<T>(
  change: Pick<NewEntry, 'method' | 'kind' | 'name' | 'connection' | 'input'>,
  work: () => Promise<T>,
): Promise<T> {
  const at = Date.now();
  const journal = open();
  const add = (error: NewEntry['error']): Promise<void> => {
    journal.add({ ...change, at, durationMs: Date.now() - at, from: 'cli', error });
    return journal.close();
  };
  try {
    const result = await work();
    await add(null);
    return result;
  } catch (error) {
    await add(toErrorData(error));
    throw error;
  }
}

function open(): Journal {
  return new Journal({ file: journalFile(defaultStateDir()), onChange: () => {}, log: note });
}

function lineOf({ at, method, name, connection, from, error }: JournalEntry): string {
  const time = new Date(at).toISOString();
  const where = [name, connection === null || connection === name ? null : `on ${connection}`];
  const what = [method, ...where].filter((part) => part !== null).join(' ');
  return `${time}  ${from ?? 'workbench'}  ${what}  ${error === null ? 'done' : `${error.code}: ${error.message}`}`;
}
