/** A dead letter in words: where it comes from, what became of it. */
import type { DeadLetter, LetterOutcome } from '#core/contract/dead-letter.ts';
import { formatCount, formatTime } from '../../lib/format.ts';
import { toHref } from '../../lib/location.ts';
import { placeText } from '../../lib/place.ts';

type Place = DeadLetter['source'];

/** Of the record in its topic. */
export const placeHref = (place: Place): string => toHref('topics', place.topic, placeText(place));

export function PlaceLink({ place }: { readonly place: Place }) {
  return (
    <a href={placeHref(place)} className="rounded-small text-accent hover:underline">
      {longPlace(place)}
    </a>
  );
}

/** As Kafka's own tools write it. */
export const longPlace = ({ topic, partition, offset }: Place): string =>
  offset < 0n ? `${topic}-${partition}` : `${topic}-${partition}@${formatCount(offset)}`;

const arrivalWords: Readonly<Record<NonNullable<LetterOutcome['arrival']>, string>> = {
  waiting: 'redriven, on its way',
  written: 'redriven, a row now',
  refused: 'redriven, set aside again',
  unknown: 'redriven',
};

const tones = {
  faint: 'text-faint',
  muted: 'text-muted',
  accent: 'text-accent',
  ok: 'text-ok',
  warn: 'text-warn',
} as const;

export function OutcomeText({ outcome }: { readonly outcome: LetterOutcome }) {
  const [words, tone] = wordsOf(outcome);
  return (
    <span className={tones[tone]}>
      {words}
      {outcome.at !== null && (
        <span className="figures ml-2 text-faint">{formatTime(new Date(outcome.at)).slice(0, 8)}</span>
      )}
    </span>
  );
}

function wordsOf({ state, arrival }: LetterOutcome): readonly [words: string, tone: keyof typeof tones] {
  switch (state) {
    case 'open':
      return ['open', 'warn'];
    case 'sending':
      return ['sent, perhaps not received', 'warn'];
    case 'dropped':
      return ['dropped', 'faint'];
    case 'redriven':
      return [
        arrivalWords[arrival ?? 'unknown'],
        arrival === 'written' ? 'ok' : arrival === 'refused' ? 'warn' : 'accent',
      ];
  }
}

export const stageWords: Readonly<Record<DeadLetter['stage'], string>> = {
  decode: 'could not be decoded',
  sink: 'was refused by the sink',
};
