/** The contract's methods of the journal. */
import { implement } from '@orpc/server';
import { contract } from '#core/contract/contract.ts';
import type { Journal } from './journal.ts';
import { listJournal } from './list.ts';

const os = implement(contract.journal);

export function journalApi(journal: Journal) {
  return {
    list: os.list.handler(({ input }) => listJournal(journal, input)),
  };
}
