/** The subjects of the registry: names first, what is known of each in portions. Read again after a while, and on demand. */
import { useCallback, useEffect, useState } from 'react';
import type { SubjectRow } from '#core/contract/schema.ts';
import { client } from '../../api/client.ts';

const againMs = 15_000;

export interface Subjects {
  /** Undefined until the names came. */
  readonly subjects: readonly SubjectRow[] | undefined;
  readonly registry: string | undefined;
  readonly isReading: boolean;
  readonly error: unknown;
  readonly readAgain: () => void;
}

export function useSubjects(): Subjects {
  const [subjects, setSubjects] = useState<readonly SubjectRow[]>();
  const [registry, setRegistry] = useState<string>();
  const [error, setError] = useState<unknown>(null);
  const [isReading, setIsReading] = useState(true);
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt reads again
  useEffect(() => {
    const ending = new AbortController();
    const { signal } = ending;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = async (): Promise<void> => {
      const rows = new Map<string, SubjectRow>();
      for await (const change of await client.schemas.list(undefined, { signal })) {
        for (const row of change.subjects) rows.set(row.subject, row);
        setRegistry(change.registry);
        // What is known of a subject stays in sight while it is read again.
        setSubjects((before) => merged(before, rows));
        setError(null);
      }
    };
    setIsReading(true);
    read()
      .catch((reason: unknown) => !signal.aborted && setError(reason))
      .finally(() => {
        if (signal.aborted) return;
        setIsReading(false);
        timer = setTimeout(() => setAttempt((count) => count + 1), againMs);
      });
    return () => {
      ending.abort();
      clearTimeout(timer);
    };
  }, [attempt]);
  const readAgain = useCallback(() => setAttempt((count) => count + 1), []);
  return { subjects, registry, isReading, error, readAgain };
}

function merged(before: readonly SubjectRow[] | undefined, rows: ReadonlyMap<string, SubjectRow>): SubjectRow[] {
  const known = new Map(before?.map((row) => [row.subject, row]));
  return [...rows.values()].map((row) => (row.type === undefined ? (known.get(row.subject) ?? row) : row));
}
