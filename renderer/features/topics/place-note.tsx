/** Above the records of one place: what is shown, and what is there instead where the record asked for is not. */
import type { TopicRecord } from '#core/contract/record.ts';
import { formatCount } from '../../lib/format.ts';
import { toHref } from '../../lib/location.ts';
import type { Place } from '../../lib/place.ts';

interface PlaceNoteProps {
  readonly topic: string;
  readonly place: Place;
  readonly newest: TopicRecord | undefined;
}

export function PlaceNote({ topic, place: { partition, offset }, newest }: PlaceNoteProps) {
  const isThere = newest?.partition === partition && newest.offset === offset;
  return (
    <p role="status" className="flex h-8 shrink-0 items-center gap-2 border-line border-b bg-raised px-4">
      <span className="truncate">
        {isThere ? (
          <>
            Partition {partition} from offset <b className="figures font-medium">{formatCount(offset)}</b> back
          </>
        ) : (
          <>
            No record at offset <b className="figures font-medium">{formatCount(offset)}</b> of partition {partition}
            {newest === undefined
              ? ': nothing is before it either'
              : `: it was compacted away, marks a transaction or is yet to come. The last one before it is shown first`}
          </>
        )}
      </span>
      <a href={toHref('topics', topic)} className="ml-auto shrink-0 rounded-small text-accent hover:underline">
        Show the newest
      </a>
    </p>
  );
}
