/** One query at a time: runs it, follows it, cancels it. Leaving the page ends the stream, which cancels it in the engine too. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { QueryStatus } from '#core/contract/sql.ts';
import { client } from '../../api/client.ts';

export interface QueryRun {
  /** Undefined before the first. */
  readonly status: QueryStatus | undefined;
  /** The call itself failed: the workbench did not answer. */
  readonly error: unknown;
  readonly isRunning: boolean;
  /** Cancels the one before. */
  readonly run: (sql: string) => void;
  readonly cancel: () => void;
}

export function useQueryRun(): QueryRun {
  const [status, setStatus] = useState<QueryStatus>();
  const [error, setError] = useState<unknown>();
  const [runningId, setRunningId] = useState<string>();
  const ending = useRef<AbortController>(undefined);
  useEffect(() => () => ending.current?.abort(), []);

  const run = useCallback((sql: string) => {
    ending.current?.abort();
    const own = new AbortController();
    ending.current = own;
    const queryId = crypto.randomUUID();
    setRunningId(queryId);
    setStatus(undefined);
    setError(undefined);
    const follow = async (): Promise<void> => {
      for await (const next of await client.sql.run({ sql, queryId }, { signal: own.signal })) {
        if (!own.signal.aborted) setStatus(next);
      }
    };
    follow()
      .catch((reason: unknown) => {
        if (!own.signal.aborted) setError(reason);
      })
      .finally(() => {
        if (!own.signal.aborted) setRunningId(undefined);
      });
  }, []);

  const cancel = useCallback(() => {
    if (runningId !== undefined) client.sql.cancel({ queryId: runningId }).catch(setError);
  }, [runningId]);

  return { status, error, isRunning: runningId !== undefined, run, cancel };
}
