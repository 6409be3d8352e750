/** One query at a time: runs it, follows it, cancels it. Leaving the page ends the stream, which cancels it in the engine too. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { QueryStatus } from '#core/contract/sql.ts';
import { client } from '../../api/client.ts';
import { startTask, type TaskProgress } from '../../api/tasks.ts';
import { plural } from '../../lib/format.ts';
import { toHref } from '../../lib/location.ts';

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
    const cancelThis = (): void => void client.sql.cancel({ queryId }).catch(setError);
    const task = startTask({ title: firstLine(sql), href: toHref('query'), cancel: cancelThis });
    const follow = async (): Promise<void> => {
      for await (const next of await client.sql.run({ sql, queryId }, { signal: own.signal })) {
        if (!own.signal.aborted) setStatus(next);
        task.update(progressOf(next));
        if (next.state !== 'running') task.end(next.state);
      }
    };
    follow()
      .catch((reason: unknown) => {
        task.end(own.signal.aborted ? 'cancelled' : 'failed');
        if (!own.signal.aborted) setError(reason);
      })
      .finally(() => {
        task.end('cancelled');
        if (!own.signal.aborted) setRunningId(undefined);
      });
  }, []);

  const cancel = useCallback(() => {
    if (runningId !== undefined) client.sql.cancel({ queryId: runningId }).catch(setError);
  }, [runningId]);

  return { status, error, isRunning: runningId !== undefined, run, cancel };
}

function progressOf({ percent, rows, elapsedMs }: QueryStatus): TaskProgress {
  return {
    done: percent === null ? null : percent / 100,
    ...(rows > 0 ? { amount: plural(rows, 'row') } : {}),
    ratePerSecond: rows > 0 && elapsedMs > 0 ? rows / (elapsedMs / 1_000) : null,
    unit: 'rows',
  };
}

/** What a list can show of a statement: its first line that is no comment. */
function firstLine(sql: string): string {
  return (sql.split('\n').find((line) => line.trim() !== '' && !line.trim().startsWith('--')) ?? sql).trim();
}
