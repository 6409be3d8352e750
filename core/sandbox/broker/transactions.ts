/**
 * The transaction coordinator: which producer may write in the name of a transactional id, what its transaction has
 * touched, and its end. Every step is in a journal before it is acknowledged, so a kill leaves no half transaction:
 * one whose end was decided is ended at the next start, one that was under way is aborted when its time is over.
 */
import { join } from 'node:path';
import type { CommittedOffsets, OffsetCommit } from './groups/offsets.ts';
import { Journal } from './journal.ts';
import type { ProducerIds } from './producer-ids.ts';
import type { Topics } from './topics.ts';
import { ErrorCode, ProtocolError } from './wire/error-codes.ts';

/** Kafka's `transaction.max.timeout.ms`. */
const mostTimeoutMs = 900_000;
/** Epochs are int16; the last one is kept for fencing. */
const lastEpoch = 32_766;

export const transactionStates = [
  'Empty',
  'Ongoing',
  'PrepareCommit',
  'PrepareAbort',
  'CompleteCommit',
  'CompleteAbort',
] as const;

export type TransactionState = (typeof transactionStates)[number];

export interface Partition {
  readonly topic: string;
  readonly partition: number;
}

export interface TransactionReference {
  readonly transactionalId: string;
  readonly producerId: number;
  readonly producerEpoch: number;
}

interface SavedCommit extends Omit<OffsetCommit, 'offset'> {
  readonly offset: string;
}

/** One entry of the journal replaces what was known of its id. */
export interface Transaction extends TransactionReference {
  readonly timeoutMs: number;
  readonly state: TransactionState;
  readonly partitions: readonly Partition[];
  readonly groups: readonly { readonly groupId: string; readonly commits: readonly SavedCommit[] }[];
  /** -1 when none is under way. */
  readonly startedMs: number;
}

export interface TransactionsOptions {
  readonly dataDir: string;
  readonly topics: Topics;
  readonly offsets: CommittedOffsets;
  readonly producerIds: ProducerIds;
  readonly log: (line: string) => void;
}

export class Transactions {
  readonly #byId = new Map<string, Transaction>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #journal: Journal<Transaction>;
  readonly #options: TransactionsOptions;

  constructor(options: TransactionsOptions) {
    this.#options = options;
    this.#journal = new Journal<Transaction>({
      path: join(options.dataDir, 'transactions.journal'),
      apply: (transaction) => this.#byId.set(transaction.transactionalId, transaction),
      snapshot: () => this.#byId.values(),
    });
    for (const transaction of [...this.#byId.values()]) {
      if (transaction.state === 'PrepareCommit' || transaction.state === 'PrepareAbort') this.#complete(transaction);
      else if (transaction.state === 'Ongoing') this.#startTimer(transaction);
    }
  }

  get(transactionalId: string): Transaction | undefined {
    return this.#byId.get(transactionalId);
  }

  all(): IterableIterator<Transaction> {
    return this.#byId.values();
  }

  #save(transaction: Transaction): Transaction {
    this.#journal.append(transaction);
    return transaction;
  }

  /** A producer begins: what its predecessor left open is aborted, and the predecessor can write no more. */
  begin(
    transactionalId: string,
    timeoutMs: number,
    claimed: { producerId: number; producerEpoch: number },
  ): TransactionReference {
    if (transactionalId === '') throw new ProtocolError(ErrorCode.invalidRequest, 'the transactional id is empty');
    if (timeoutMs <= 0 || timeoutMs > mostTimeoutMs) {
      throw new ProtocolError(ErrorCode.invalidTransactionTimeout, `timeout ${timeoutMs} ms`);
    }
    const known = this.#byId.get(transactionalId);
    if (known === undefined) return this.#save(this.#fresh(transactionalId, timeoutMs));
    if (claimed.producerId !== -1) this.#check({ transactionalId, ...claimed });
    const fenced = this.#fence(known);
    if (fenced.producerEpoch >= lastEpoch) return this.#save(this.#fresh(transactionalId, timeoutMs));
    return this.#save({ ...fenced, timeoutMs, state: 'Empty' });
  }

  #fresh(transactionalId: string, timeoutMs: number): Transaction {
    const producerId = this.#options.producerIds.next();
    const nothing = { partitions: [], groups: [], startedMs: -1 };
    return { transactionalId, producerId, producerEpoch: 0, timeoutMs, state: 'Empty', ...nothing };
  }

  /** Raises the epoch, and aborts in the new epoch what is under way. */
  #fence(transaction: Transaction): Transaction {
    const raised = { ...transaction, producerEpoch: transaction.producerEpoch + 1 };
    if (transaction.state !== 'Ongoing') return raised;
    return this.#complete(this.#save({ ...raised, state: 'PrepareAbort' }));
  }

  /** The transaction of exactly this producer, or what Kafka says to another one. */
  #check({ transactionalId, producerId, producerEpoch }: TransactionReference): Transaction {
    const transaction = this.#byId.get(transactionalId);
    if (transaction === undefined || transaction.producerId !== producerId) {
      throw new ProtocolError(
        ErrorCode.invalidProducerIdMapping,
        `producer ${producerId} is not that of ${transactionalId}`,
      );
    }
    if (transaction.producerEpoch !== producerEpoch) {
      throw new ProtocolError(ErrorCode.producerFenced, `epoch ${producerEpoch} is not ${transaction.producerEpoch}`);
    }
    return transaction;
  }

  addPartitions(reference: TransactionReference, partitions: readonly Partition[]): void {
    const transaction = this.#check(reference);
    const added = partitions.filter((wanted) => !has(transaction.partitions, wanted));
    if (transaction.state === 'Ongoing' && added.length === 0) return;
    const open = this.#opened(transaction);
    this.#startTimer(this.#save({ ...open, partitions: [...open.partitions, ...added] }));
  }

  /** Throws when one of the partitions is not part of the open transaction. */
  verify(reference: TransactionReference, partitions: readonly Partition[]): void {
    const { state, partitions: known } = this.#check(reference);
    if (state === 'Ongoing' && partitions.every((wanted) => has(known, wanted))) return;
    throw new ProtocolError(ErrorCode.invalidTxnState, 'the partition is not part of the transaction');
  }

  /** Whether a transactional batch may be appended: only in an open transaction that the partition was added to. */
  checkAppend(reference: TransactionReference, partition: Partition): void {
    const transaction = this.#byId.get(reference.transactionalId);
    if (transaction?.producerId === reference.producerId && reference.producerEpoch < transaction.producerEpoch) {
      throw new ProtocolError(ErrorCode.invalidProducerEpoch, 'a newer producer has the transactional id');
    }
    this.verify(reference, [partition]);
  }

  addGroup(reference: TransactionReference, groupId: string): void {
    const open = this.#opened(this.#check(reference));
    if (open.groups.some((group) => group.groupId === groupId)) return;
    this.#startTimer(this.#save({ ...open, groups: [...open.groups, { groupId, commits: [] }] }));
  }

  /** Keeps the offsets until the transaction commits. */
  commitOffsets(reference: TransactionReference, groupId: string, commits: readonly OffsetCommit[]): void {
    const transaction = this.#check(reference);
    if (transaction.state !== 'Ongoing' || !transaction.groups.some((group) => group.groupId === groupId)) {
      throw new ProtocolError(ErrorCode.invalidTxnState, `group ${groupId} is not part of the transaction`);
    }
    const saved = commits.map((commit) => ({ ...commit, offset: String(commit.offset) }));
    const groups = transaction.groups.map((group) =>
      group.groupId === groupId ? { groupId, commits: [...group.commits, ...saved] } : group,
    );
    this.#save({ ...transaction, groups });
  }

  /** Whether a transaction under way will change this offset if it commits. */
  hasPendingOffset(groupId: string, { topic, partition }: Partition): boolean {
    for (const { groups } of this.#byId.values()) {
      const commits = groups.find((group) => group.groupId === groupId)?.commits ?? [];
      if (commits.some((commit) => commit.topic === topic && commit.partition === partition)) return true;
    }
    return false;
  }

  #opened(transaction: Transaction): Transaction {
    if (transaction.state === 'Ongoing') return transaction;
    return { ...transaction, state: 'Ongoing', startedMs: Date.now(), partitions: [], groups: [] };
  }

  end(reference: TransactionReference, isCommit: boolean): void {
    const transaction = this.#check(reference);
    if (transaction.state === 'Ongoing') {
      this.#complete(this.#save({ ...transaction, state: isCommit ? 'PrepareCommit' : 'PrepareAbort' }));
      return;
    }
    // The answer to the first request may have been lost.
    if (transaction.state === (isCommit ? 'CompleteCommit' : 'CompleteAbort')) return;
    throw new ProtocolError(ErrorCode.invalidTxnState, `no transaction is open (${transaction.state})`);
  }

  /** Writes the markers and the offsets of a transaction whose end is decided. */
  #complete(transaction: Transaction): Transaction {
    const { transactionalId, partitions, groups } = transaction;
    this.#stopTimer(transactionalId);
    const isCommit = transaction.state === 'PrepareCommit';
    for (const { topic, partition } of partitions) {
      this.#options.topics.partition(topic, partition)?.appendMarker(transaction, isCommit);
    }
    for (const { groupId, commits } of isCommit ? groups : []) {
      this.#options.offsets.commit(
        groupId,
        commits.map((commit) => ({ ...commit, offset: BigInt(commit.offset) })),
      );
    }
    const state = isCommit ? 'CompleteCommit' : 'CompleteAbort';
    return this.#save({ ...transaction, state, partitions: [], groups: [], startedMs: -1 });
  }

  #startTimer({ transactionalId, timeoutMs }: Transaction): void {
    if (this.#timers.has(transactionalId)) return;
    const timer = setTimeout(() => this.#timeOut(transactionalId), timeoutMs);
    timer.unref();
    this.#timers.set(transactionalId, timer);
  }

  #timeOut(transactionalId: string): void {
    const transaction = this.#byId.get(transactionalId);
    this.#timers.delete(transactionalId);
    if (transaction?.state !== 'Ongoing') return;
    try {
      this.#fence(transaction);
    } catch (error) {
      this.#options.log(`transaction ${transactionalId} could not be aborted: ${String(error)}`);
      this.#startTimer(transaction);
    }
  }

  #stopTimer(transactionalId: string): void {
    clearTimeout(this.#timers.get(transactionalId));
    this.#timers.delete(transactionalId);
  }

  close(): void {
    for (const id of [...this.#timers.keys()]) this.#stopTimer(id);
    this.#journal.close();
  }
}

function has(partitions: readonly Partition[], wanted: Partition): boolean {
  return partitions.some(({ topic, partition }) => topic === wanted.topic && partition === wanted.partition);
}
