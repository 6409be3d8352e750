/** A journal in memory: an afternoon's calls, done and refused, from every origin; listed by the real list. */
import { implement } from '@orpc/server';
import { contract } from '#core/contract/contract.ts';
import type { ErrorData } from '#core/contract/errors.ts';
import type { JournalEntry, JournalStatus } from '#core/contract/journal.ts';
import type { NewEntry } from '#core/workspace/journal/journal.ts';
import { listJournal } from '#core/workspace/journal/list.ts';
import { answerable } from './fake-answers.ts';
import type { FakeWorkbench } from './fake-workbench.ts';

const os = implement(contract.journal);

export class FakeJournal {
  status: JournalStatus = { added: 0, unwritten: 0, fault: null };
  /** Oldest first. */
  readonly #entries: JournalEntry[] = [];

  constructor() {
    const begin = Date.UTC(2026, 10, 25, 9, 30);
    for (const [index, entry] of afternoon().entries()) this.add({ ...entry, at: begin + index * 754_000 });
    this.status = { ...this.status, added: 0 };
  }

  add(entry: NewEntry): void {
    this.#entries.push({ version: 1, id: `entry-${this.#entries.length}`, ...entry });
    this.status = { ...this.status, added: this.status.added + 1 };
  }

  async *entries(): AsyncGenerator<JournalEntry | undefined, void, void> {
    yield* this.#entries.toReversed();
  }
}

export function fakeJournal(workbench: FakeWorkbench) {
  return {
    list: os.list.handler(async ({ input, signal }) => {
      await answerable(workbench, signal, 'the journal');
      return workbench.scenario === 'empty' ? { entries: [], unreadable: 0 } : listJournal(workbench.journal, input);
    }),
  };
}

/** An entry with what a test does not care about. */
export function journalEntry(method: string, kind: JournalEntry['kind'], more: Partial<NewEntry> = {}): NewEntry {
  const { name = null } = more;
  const about = { at: Date.now(), durationMs: 12, connection: 'sandbox', from: 'browser', error: null } as const;
  return { ...about, name, method, kind, input: name === null ? null : { name }, ...more };
}

const readOnly: ErrorData = {
  code: 'READ_ONLY',
  message: 'orders-production is read-only: CreateTopics was not sent',
  object: 'orders-production',
  nextStep: 'Unlock it for some minutes on the page Connections.',
  retryable: false,
};

function afternoon(): NewEntry[] {
  const definition = {
    version: 1,
    name: 'orders-test',
    environment: 'test',
    kafka: {
      brokers: ['kafka.example.com:9093'],
      tls: { verify: true },
      sasl: { mechanism: 'SCRAM-SHA-512', username: 'ada', password: { secret: 'orders-test.kafka.password' } },
    },
  };
  const secrets = { 'orders-test.kafka.password': '[secret]' };
  const letters = [{ id: '0@0', change: { type: 'json', text: '[content of a record]', schemaId: 4 } }];
  return [
    journalEntry('sandbox.createTopic', 'topic', {
      name: 'orders',
      input: { name: 'orders', partitions: 3, cleanupPolicy: 'delete' },
      from: 'api',
    }),
    journalEntry('connections.save', 'connection', {
      name: 'orders-test',
      connection: 'orders-test',
      input: { definition, secrets, isNew: true },
    }),
    journalEntry('connections.switch', 'connection', { name: 'orders-test', connection: 'orders-test' }),
    journalEntry('sandbox.setFeedRate', 'sandbox', { input: { ratePerSecond: 20_000 }, durationMs: 3 }),
    journalEntry('connections.unlock', 'connection', {
      name: 'orders-production',
      connection: 'orders-production',
      input: { name: 'orders-production', minutes: 15 },
      from: 'window',
    }),
    journalEntry('sandbox.deleteTopic', 'topic', {
      name: 'payments.settled',
      connection: 'orders-production',
      error: readOnly,
    }),
    journalEntry('pipelines.stop', 'pipeline', { name: 'flights-to-postgres', durationMs: 1_840 }),
    journalEntry('deadLetters.redrive', 'pipeline', {
      name: 'flights-faulty-to-postgres',
      input: { pipeline: 'flights-faulty-to-postgres', letters, again: false },
      durationMs: 212,
    }),
    journalEntry('pipelines.start', 'pipeline', { name: 'flights-to-postgres', from: 'cli' }),
  ];
}
