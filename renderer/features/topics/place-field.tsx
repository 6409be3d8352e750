/** Goes to a record by its partition and offset. */
import { type FormEvent, useState } from 'react';
import { navigate } from '../../lib/location.ts';
import { type Place, parsePlace, parseTopicPlace, placeText } from '../../lib/place.ts';

export function PlaceField({ topic, place }: { readonly topic: string; readonly place: Place | undefined }) {
  const [text, setText] = useState(place === undefined ? '' : placeText(place));
  const [isRefused, setIsRefused] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const wanted = parsePlace(text) ?? parseTopicPlace(text);
    setIsRefused(wanted === undefined);
    if (wanted !== undefined) navigate('topics', 'topic' in wanted ? String(wanted.topic) : topic, placeText(wanted));
  };
  return (
    <form onSubmit={submit}>
      <input
        aria-label="Go to partition@offset"
        aria-invalid={isRefused}
        placeholder="partition@offset"
        title={isRefused ? 'Partition and offset, as in 2@48213' : 'Go to the record at this partition and offset'}
        value={text}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => {
          setText(event.target.value);
          setIsRefused(false);
        }}
        className="data h-[26px] w-36 rounded-control border border-line-strong bg-surface px-2 placeholder:text-faint aria-invalid:border-bad"
      />
    </form>
  );
}
