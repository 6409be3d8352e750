/** The columns that a topic's records call for: grows with the records seen, see record-columns. */
import { useMemo, useRef } from 'react';
import type { TopicRecord } from '#core/contract/record.ts';
import { type RecordShape, shapeOf } from './record-columns.tsx';

/** A long list grows at its ends alone. */
const looked = 400;

export function useShape(records: readonly TopicRecord[] | undefined): RecordShape {
  const last = useRef<RecordShape>(undefined);
  return useMemo(() => {
    const next = shapeOf(last.current === undefined ? (records ?? []) : endsOf(records ?? []), last.current);
    if (last.current === undefined || hasChanged(last.current, next))
      last.current = records === undefined ? undefined : next;
    return last.current ?? next;
  }, [records]);
}

function endsOf(records: readonly TopicRecord[]): readonly TopicRecord[] {
  if (records.length <= 2 * looked) return records;
  return [...records.slice(0, looked), ...records.slice(-looked)];
}

function hasChanged(a: RecordShape, b: RecordShape): boolean {
  return (
    a.fields.length !== b.fields.length ||
    a.hiddenFields !== b.hiddenFields ||
    a.keyWidth !== b.keyWidth ||
    a.usualFormat !== b.usualFormat
  );
}
