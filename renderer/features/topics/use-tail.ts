/**
 * Follows new records while `isOn`: pages of the newest, each said to be taken before the next ones come. Leaving ends the reading
 * at the broker; going on after a pause begins where it stopped.
 */
import { useEffect, useRef, useState } from 'react';
import type { TailPage, TopicRecord } from '#core/contract/record.ts';
import { client } from '../../api/client.ts';

const againMs = 1_000;

export interface Tail {
  /** Undefined before the first page, and while off. */
  readonly perSecond: number | undefined;
  /** Came since following began and were more than a page shows. */
  readonly leftOut: number;
  readonly error: unknown;
}

interface TailHandlers {
  /** The tail stands at the end of the topic: what came before it is read by a page. */
  readonly onStart: () => void;
  readonly onRecords: (records: readonly TopicRecord[]) => void;
}

export function useTail(topic: string, isOn: boolean, handlers: TailHandlers): Tail {
  const [state, setState] = useState<Omit<Tail, 'error'>>({ perSecond: undefined, leftOut: 0 });
  const [error, setError] = useState<unknown>(null);
  const next = useRef<{ readonly topic: string; readonly cursor: string }>(undefined);
  const latest = useRef(handlers);
  latest.current = handlers;

  useEffect(() => {
    if (!isOn) return;
    const ending = new AbortController();
    const { signal } = ending;
    const take = (page: TailPage): void => {
      if (next.current?.topic !== topic) latest.current.onStart();
      next.current = { topic, cursor: page.next };
      if (page.records.length > 0) latest.current.onRecords(page.records);
      setState(({ leftOut }) => ({ perSecond: page.perSecond, leftOut: leftOut + page.leftOut }));
      setError(null);
    };
    const run = async (): Promise<void> => {
      while (!signal.aborted) {
        const from = next.current?.topic === topic ? next.current.cursor : undefined;
        try {
          for await (const page of readTail(topic, from, signal)) if (!signal.aborted) take(page);
        } catch (reason) {
          if (!signal.aborted) setError(reason);
        }
        await new Promise((resolve) => setTimeout(resolve, againMs));
      }
    };
    void run();
    return () => {
      ending.abort();
      setState(({ leftOut }) => ({ perSecond: undefined, leftOut }));
    };
  }, [topic, isOn]);
  return { ...state, error };
}

async function* readTail(topic: string, from: string | undefined, signal: AbortSignal): AsyncGenerator<TailPage> {
  const tailId = crypto.randomUUID();
  const input = { topic, tailId, ...(from === undefined ? {} : { from }) };
  for await (const page of await client.topics.tail(input, { signal })) {
    yield page;
    // What the next page needs is that this one is drawn, not that this call is answered.
    client.topics.tailTaken({ tailId }).catch(() => {});
  }
}
