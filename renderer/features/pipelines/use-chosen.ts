/** Which of a list's rows are chosen: one by one, a range with Shift, or all. */
import { useCallback, useMemo, useRef, useState } from 'react';

export interface Chosen {
  readonly ids: ReadonlySet<string>;
  /** `isRange`: all from the last one that was touched. */
  readonly toggle: (id: string, isRange?: boolean) => void;
  readonly set: (ids: readonly string[]) => void;
}

/** `shown`: the rows there are to choose from, in order; what is not among them any more is not chosen either. */
export function useChosen(shown: readonly string[]): Chosen {
  const [all, setAll] = useState<ReadonlySet<string>>(new Set());
  const last = useRef<string>(undefined);
  const order = useRef(shown);
  order.current = shown;
  const toggle = useCallback((id: string, isRange = false) => {
    const from = isRange && last.current !== undefined ? order.current.indexOf(last.current) : -1;
    const to = order.current.indexOf(id);
    last.current = id;
    setAll((before) => {
      const next = new Set(before);
      if (from === -1) {
        if (!next.delete(id)) next.add(id);
        return next;
      }
      for (const each of order.current.slice(Math.min(from, to), Math.max(from, to) + 1)) next.add(each);
      return next;
    });
  }, []);
  const set = useCallback((ids: readonly string[]) => setAll(new Set(ids)), []);
  const ids = useMemo(() => new Set(shown.filter((id) => all.has(id))), [shown, all]);
  return { ids, toggle, set };
}
