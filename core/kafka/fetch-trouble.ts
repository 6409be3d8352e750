/**
 * What can go wrong while a topic is fetched, in words; and how long to wait before the next try.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { WorkbenchError } from '#core/contract/errors.ts';
import type { Cluster } from './connect.ts';
import type { Position } from './fetch-position.ts';
import { listOffsets } from './offsets.ts';

const firstMs = 100;
const longestMs = 5_000;

/** What can be in trouble. */
export const aboutMetadata = 'metadata';
export const aboutPartition = (partition: number): string => `partition ${partition}`;
export const aboutBroker = (nodeId: number): string => `broker ${nodeId}`;

interface Listeners {
  readonly onTrouble?: (error: WorkbenchError) => void;
  readonly onRecovered?: () => void;
}

/**
 * Failed tries in a row, by what failed: the one that failed most often sets the pause for all. Tells of each that goes on by
 * itself, and when nothing fails any more.
 */
export class Troubles {
  readonly #attempts = new Map<string, number>();
  readonly #listeners: Listeners;
  #isTold = false;

  constructor(listeners: Listeners) {
    this.#listeners = listeners;
  }

  tell(what: string, error: WorkbenchError): void {
    this.#attempts.set(what, (this.#attempts.get(what) ?? 0) + 1);
    this.#isTold = true;
    this.#listeners.onTrouble?.(error);
  }

  /** One step did; there may be others before data comes. */
  succeeded(what: string): void {
    this.#attempts.delete(what);
  }

  /** Data came. */
  recovered(what: string): void {
    this.succeeded(what);
    if (!this.#isTold || this.#attempts.size > 0) return;
    this.#isTold = false;
    this.#listeners.onRecovered?.();
  }

  forgetBrokersBut(nodeIds: ReadonlySet<number>): void {
    const kept = new Set([...nodeIds].map(aboutBroker));
    for (const what of [...this.#attempts.keys()]) {
      if (what.startsWith('broker ') && !kept.has(what)) this.#attempts.delete(what);
    }
  }

  /** Returns early, without an error, when aborted. */
  async pause(signal: AbortSignal): Promise<void> {
    if (this.#attempts.size === 0) return;
    const most = Math.max(...this.#attempts.values());
    const pauseMs = Math.min(longestMs, firstMs * 2 ** (most - 1));
    await delay(pauseMs * (0.8 + Math.random() * 0.4), undefined, { signal }).catch(() => {});
  }
}

/** Never a silent reset: it may be that records expired unread, and only a person can say whether that matters. */
export async function outOfRange(cluster: Cluster, topic: string, position: Position): Promise<WorkbenchError> {
  const object = `${topic}, partition ${position.partition}`;
  const partitions = [position.partition];
  const range = await Promise.all([
    listOffsets(cluster, topic, 'earliest', { partitions }),
    listOffsets(cluster, topic, 'latest', { partitions, isolation: 'read_uncommitted' }),
  ]).catch(() => undefined);
  const [earliest, latest] = (range ?? []).map((offsets) => offsets.get(position.partition));
  const known = range === undefined ? '' : ` It holds offsets ${earliest} to ${latest} (the next to be written).`;
  return new WorkbenchError('KAFKA_REJECTED', `${object} has no offset ${position.offset}.${known}`, {
    object,
    nextStep: 'Records may have expired before they were read. Choose an offset within the range to go on from.',
  });
}

export function createdAnew(topic: string): WorkbenchError {
  return new WorkbenchError(
    'KAFKA_REJECTED',
    `Topic ${topic} was deleted and created again: its offsets mean other records now.`,
    { object: topic, nextStep: 'Start again from the beginning of the new topic.' },
  );
}

export function noLeader(topic: string, partition: number): WorkbenchError {
  return new WorkbenchError('KAFKA_REJECTED', `Partition ${partition} of ${topic} has no leader at the moment.`, {
    object: topic,
    retryable: true,
    nextStep: 'Check that all brokers of the cluster run.',
  });
}

export function noPartition(topic: string, partition: number): WorkbenchError {
  return new WorkbenchError('KAFKA_REJECTED', `Topic ${topic} has no partition ${partition}.`, {
    object: topic,
    retryable: true,
    nextStep: 'Check the number of partitions of the topic.',
  });
}

/** What went wrong inside us is no reason to try again. */
export function asWorkbenchError(cause: unknown, topic: string): WorkbenchError {
  if (cause instanceof WorkbenchError) return cause;
  return new WorkbenchError('INTERNAL', `Fetching ${topic}: ${String(cause)}`, { object: topic, cause });
}
