/** Queries as callers follow them: statuses from an engine, wherever it runs, to whoever started the query. */
import { randomUUID } from 'node:crypto';
import { toErrorData, type WorkbenchError } from '#core/contract/errors.ts';
import type { QueryStatus } from '#core/contract/sql.ts';
import type { SqlEngine } from './engine.ts';

export interface RunRequest {
  readonly sql: string;
  readonly limit: number;
  readonly queryId?: string | undefined;
}

interface Followed {
  latest: QueryStatus;
  wake: () => void;
}

export class SqlService {
  readonly engine: SqlEngine;
  readonly #followed = new Map<string, Followed>();

  constructor(engine: SqlEngine) {
    this.engine = engine;
  }

  /** The engine's side tells how a query goes. */
  onStatus(status: QueryStatus): void {
    const followed = this.#followed.get(status.queryId);
    if (followed === undefined) return;
    followed.latest = status;
    followed.wake();
  }

  /** The engine is gone with all its results: what runs has failed. */
  lost(error: WorkbenchError): void {
    for (const { latest } of this.#followed.values()) {
      if (latest.state === 'running') this.onStatus({ ...latest, rows: 0, state: 'failed', error: toErrorData(error) });
    }
  }

  /** The newest status at each change until the query ended. A caller that goes away cancels it. */
  async *run(
    { sql, limit, queryId = randomUUID() }: RunRequest,
    signal?: AbortSignal,
  ): AsyncGenerator<QueryStatus, void> {
    let changed = Promise.withResolvers<void>();
    const wake = (): void => changed.resolve();
    const followed: Followed = { latest: begun(queryId), wake };
    this.#followed.set(queryId, followed);
    signal?.addEventListener('abort', wake);
    let told: QueryStatus | undefined;
    try {
      await this.engine.start({ queryId, sql, limit });
      while (told?.state === undefined || told.state === 'running') {
        if (signal?.aborted === true) return;
        if (told === followed.latest) await changed.promise;
        changed = Promise.withResolvers();
        if (told === followed.latest) continue;
        told = followed.latest;
        yield told;
      }
    } finally {
      signal?.removeEventListener('abort', wake);
      this.#followed.delete(queryId);
      if (followed.latest.state === 'running') await this.engine.cancel(queryId).catch(() => {});
    }
  }
}

function begun(queryId: string): QueryStatus {
  return {
    queryId,
    state: 'running',
    columns: null,
    rows: 0,
    totalRows: null,
    isTruncated: false,
    rowsChanged: null,
    percent: null,
    elapsedMs: 0,
    error: null,
  };
}
