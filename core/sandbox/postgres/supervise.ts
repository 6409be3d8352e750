/**
 * Keeps the server running: when it dies it is started again with growing pauses, for as long as it takes, and every change
 * is told.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { RunningServer } from './server.ts';

export type PostgresState = 'starting' | 'running' | 'restarting' | 'stopped' | 'failed';

export interface SuperviseOptions {
  /** Started already: a first start that fails is the caller's to judge. */
  readonly first: RunningServer;
  /** Must end what it began when the signal fires. */
  readonly start: (signal: AbortSignal) => Promise<RunningServer>;
  /**
   * `failed` means that several tries in a row failed, with the reason of the last: what is wrong needs the user (a full
   * disk, a taken port). Tries go on every 5 s, so it becomes `running` by itself once that is mended.
   */
  readonly onStateChange: (state: PostgresState, reason?: string) => void;
}

export interface SupervisedServer {
  pid(): number | undefined;
  close(): Promise<void>;
}

const firstPauseMs = 100;
const longestPauseMs = 5_000;
const triesBeforeFailed = 5;
/** A server that lived this long has recovered: the next pause is short again. */
const steadyAfterMs = 1_000;

export function superviseServer(options: SuperviseOptions): SupervisedServer {
  const closing = new AbortController();
  let current: RunningServer | undefined = options.first;
  let pauseMs = firstPauseMs;

  const startAgain = async (reason: string): Promise<RunningServer | undefined> => {
    options.onStateChange('restarting', reason);
    for (let tries = 1; ; tries++) {
      await delay(pauseMs, undefined, { signal: closing.signal }).catch(() => undefined);
      if (closing.signal.aborted) return undefined;
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      try {
        const server = await options.start(closing.signal);
        options.onStateChange('running');
        return server;
      } catch (error) {
        if (tries === triesBeforeFailed) options.onStateChange('failed', (error as Error).message);
      }
    }
  };

  const watch = async () => {
    while (current !== undefined) {
      const startedAt = Date.now();
      const reason = await current.exited;
      current = undefined;
      if (closing.signal.aborted) return;
      if (Date.now() - startedAt > steadyAfterMs) pauseMs = firstPauseMs;
      current = await startAgain(reason);
    }
  };
  const watching = watch();

  const close = async () => {
    closing.abort();
    // A start under way may still hand over its server after the signal.
    while (current !== undefined) await current.close();
    await watching;
    options.onStateChange('stopped');
  };
  let closed: Promise<void> | undefined;
  return {
    pid: () => current?.pid,
    close: () => {
      closed ??= close();
      return closed;
    },
  };
}
