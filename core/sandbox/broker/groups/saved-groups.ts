/** The groups of one protocol as a restart should find them, in a journal of their own. */
import { Journal } from '../journal.ts';

interface Deleted {
  readonly deleted: string;
}

const isDeleted = (entry: object): entry is Deleted => 'deleted' in entry;

export class SavedGroups<Saved extends { readonly id: string }> {
  readonly #saved = new Map<string, Saved>();
  readonly #journal: Journal<Saved | Deleted>;
  readonly #log: (line: string) => void;

  constructor(path: string, log: (line: string) => void) {
    this.#log = log;
    this.#journal = new Journal<Saved | Deleted>({
      path,
      apply: (entry) => {
        if (isDeleted(entry)) this.#saved.delete(entry.deleted);
        else this.#saved.set(entry.id, entry);
      },
      snapshot: () => this.#saved.values(),
    });
  }

  all(): IterableIterator<Saved> {
    return this.#saved.values();
  }

  /** A group that can't be stored goes on; after a restart its members join anew. */
  save(group: Saved): void {
    try {
      this.#journal.append(group);
    } catch (error) {
      this.#log(`group ${group.id} is not stored: ${String(error)}`);
    }
  }

  delete(id: string): void {
    if (this.#saved.has(id)) this.#journal.append({ deleted: id });
  }

  close(): void {
    this.#journal.close();
  }
}
