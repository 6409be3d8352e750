/** Where the reading begins: the newest records, the oldest, a time, or one place. */
import { useState } from 'react';
import { formatDateTime } from '../../lib/format.ts';
import { navigate } from '../../lib/location.ts';
import { controlClass } from '../../ui/field.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { PlaceField } from './place-field.tsx';
import type { RecordStart } from './record-start.ts';

interface ReadFromProps {
  readonly topic: string;
  readonly start: RecordStart;
}

type Choice = 'newest' | 'oldest' | 'time';

const options = [
  { value: 'newest', label: 'Newest' },
  { value: 'oldest', label: 'Oldest' },
  { value: 'time', label: 'Time' },
] as const;

export function ReadFrom({ topic, start }: ReadFromProps) {
  const [wantsTime, setWantsTime] = useState(start.kind === 'time');
  const shown: Choice | undefined = wantsTime ? 'time' : start.kind === 'place' ? undefined : start.kind;
  const choose = (choice: Choice): void => {
    setWantsTime(choice === 'time');
    if (choice === 'newest') navigate('topics', topic);
    if (choice === 'oldest') navigate('topics', topic, 'oldest');
  };
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
      <span className="text-muted">From</span>
      <Segmented label="Where to begin" options={options} value={shown} onChange={choose} />
      {wantsTime && <TimeField topic={topic} start={start} />}
      <PlaceField topic={topic} place={start.kind === 'place' ? start.place : undefined} />
    </div>
  );
}

function TimeField({ topic, start }: ReadFromProps) {
  const [text, setText] = useState(start.kind === 'time' ? fieldText(start.since) : '');
  const submit = (): void => {
    const at = new Date(text).getTime();
    if (!Number.isNaN(at)) navigate('topics', topic, `time@${Math.max(0, at)}`);
  };
  return (
    <input
      type="datetime-local"
      step="1"
      aria-label="Time of the first record"
      value={text}
      onChange={(event) => setText(event.target.value)}
      onBlur={submit}
      onKeyDown={(event) => event.key === 'Enter' && submit()}
      className={`${controlClass} data h-[26px]`}
    />
  );
}

/** In the reader's own time zone, as the field wants it. */
const fieldText = (milliseconds: bigint): string =>
  formatDateTime(new Date(Number(milliseconds)))
    .replace(' ', 'T')
    .slice(0, 19);
