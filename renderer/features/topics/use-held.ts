/** Holds new records back while the pointer is down: a row that moves away under a click would not be the one that was meant. */
import { type RefObject, useCallback, useEffect, useRef } from 'react';
import type { TopicRecord } from '#core/contract/record.ts';

export function useHeld(
  element: RefObject<HTMLElement | null>,
  add: (records: readonly TopicRecord[]) => void,
): (records: readonly TopicRecord[]) => void {
  const held = useRef<readonly TopicRecord[]>(undefined);
  const latest = useRef(add);
  latest.current = add;
  useEffect(() => {
    const hold = (event: PointerEvent): void => {
      if (event.target instanceof Node && element.current?.contains(event.target)) held.current ??= [];
    };
    const release = (): void => {
      const records = held.current;
      held.current = undefined;
      if (records !== undefined && records.length > 0) latest.current(records);
    };
    // After the click that follows.
    const releaseSoon = (): void => void setTimeout(release);
    addEventListener('pointerdown', hold);
    addEventListener('pointerup', releaseSoon);
    addEventListener('pointercancel', releaseSoon);
    return () => {
      removeEventListener('pointerdown', hold);
      removeEventListener('pointerup', releaseSoon);
      removeEventListener('pointercancel', releaseSoon);
    };
  }, [element]);
  return useCallback((records: readonly TopicRecord[]) => {
    if (held.current === undefined) latest.current(records);
    else held.current = [...records, ...held.current];
  }, []);
}
