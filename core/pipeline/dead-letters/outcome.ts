/** What became of a letter: what the ledger says was done, and what the pipeline made of the record that was sent. */
import type { DeadLetter, LetterOutcome } from '#core/contract/dead-letter.ts';
import type { LetterEntry } from './ledger.ts';

/** How far the pipeline has come in its source topic. */
export interface ArrivalReader {
  /** True when every sink is past this record; undefined where a sink can't say. */
  isPast(partition: number, offset: bigint): boolean | undefined;
}

const open: LetterOutcome = { state: 'open', at: null, isEdited: false, to: null, arrival: null };

/** `letters`: those in which one that came back would be. */
export function outcomeOf(
  entry: LetterEntry | undefined,
  letters: readonly Pick<DeadLetter, 'source'>[],
  arrivals: ArrivalReader | undefined,
): LetterOutcome {
  if (entry === undefined || entry.did === 'restored' || entry.did === 'failed') return open;
  const { at, did, isEdited } = entry;
  if (did !== 'redriven') return { state: did, at, isEdited, to: null, arrival: null };
  const { topic = '', partition = 0, offset = '-1' } = entry.to ?? {};
  const to = { topic, partition, offset: BigInt(offset) };
  return { state: 'redriven', at, isEdited, to, arrival: arrivalOf(to, letters, arrivals) };
}

function arrivalOf(
  to: NonNullable<LetterOutcome['to']>,
  letters: readonly Pick<DeadLetter, 'source'>[],
  arrivals: ArrivalReader | undefined,
): LetterOutcome['arrival'] {
  const cameBack = letters.some(({ source }) => source.partition === to.partition && source.offset === to.offset);
  if (cameBack) return 'refused';
  const isPast = to.offset < 0n ? undefined : arrivals?.isPast(to.partition, to.offset);
  if (isPast === undefined) return 'unknown';
  return isPast ? 'written' : 'waiting';
}
