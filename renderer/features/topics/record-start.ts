/** Where the reading of a topic begins, as the address has it: nothing for the newest, `oldest`, `time@1732453331482`, `2@48213`. */
import { type Place, parsePlace, placeText } from '../../lib/place.ts';

export type RecordStart =
  | { readonly kind: 'newest' }
  | { readonly kind: 'oldest' }
  /** Milliseconds since 1970-01-01 UTC. */
  | { readonly kind: 'time'; readonly since: bigint }
  | { readonly kind: 'place'; readonly place: Place };

export function parseStart(segment: string | undefined): RecordStart {
  if (segment === 'oldest') return { kind: 'oldest' };
  const [, time] = /^time@(\d{1,16})$/.exec(segment ?? '') ?? [];
  if (time !== undefined) return { kind: 'time', since: BigInt(time) };
  const place = parsePlace(segment ?? '');
  return place === undefined ? { kind: 'newest' } : { kind: 'place', place };
}

export function startText(start: RecordStart): string | undefined {
  if (start.kind === 'newest') return undefined;
  if (start.kind === 'oldest') return 'oldest';
  return start.kind === 'time' ? `time@${start.since}` : placeText(start.place);
}

/** The order in which records follow each other from there. */
export const isNewestFirst = ({ kind }: RecordStart): boolean => kind === 'newest' || kind === 'place';
