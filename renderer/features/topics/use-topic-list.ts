/**
 * The topics of the cluster as the workbench tells them: names first, then what costs more, then what changes.
 *
 * A stream that breaks is opened again; what is known stays in sight meanwhile.
 */
import { useCallback, useEffect, useState } from 'react';
import type { TopicRow, TopicsChange } from '#core/contract/topic.ts';
import { client } from '../../api/client.ts';

const againMs = 3_000;

export interface TopicList {
  /** Undefined until the names came. */
  readonly topics: readonly TopicRow[] | undefined;
  readonly error: unknown;
  /** Does not wait for the next try. */
  readonly readAgain: () => void;
}

export function useTopicList(): TopicList {
  const [topics, setTopics] = useState<readonly TopicRow[]>();
  const [error, setError] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt opens another stream
  useEffect(() => {
    const ending = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const again = (): void => {
      if (!ending.signal.aborted) timer = setTimeout(() => setAttempt((count) => count + 1), againMs);
    };
    follow(ending.signal, (known) => {
      setTopics(known);
      setError(null);
    })
      .catch((reason: unknown) => !ending.signal.aborted && setError(reason))
      .finally(again);
    return () => {
      ending.abort();
      clearTimeout(timer);
    };
  }, [attempt]);
  const readAgain = useCallback(() => setAttempt((count) => count + 1), []);
  return { topics, error, readAgain };
}

async function follow(signal: AbortSignal, tell: (topics: readonly TopicRow[]) => void): Promise<void> {
  const rows = new Map<string, TopicRow>();
  for await (const change of await client.topics.watch(undefined, { signal })) {
    apply(rows, change);
    tell([...rows.values()]);
  }
}

function apply(rows: Map<string, TopicRow>, { topics, removed }: TopicsChange): void {
  for (const name of removed) rows.delete(name);
  for (const row of topics) rows.set(row.name, row);
}
