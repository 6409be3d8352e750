/**
 * Owns the workspace's database: runs queries for the screen and writes the batches of sinks, both in this one process.
 *
 * A file that another process holds is an error of each call until it is free. A database that broke ends the process: the
 * next one reads what was committed.
 */
import { isBroken } from '#core/duckdb/errors.ts';
import { type Database, openDatabase } from '#core/duckdb/open.ts';
import { answer } from '#core/process/calls.ts';
import { runChild } from '#core/process/child.ts';
import { localOwner } from '#core/sinks/duckdb/local.ts';
import { ownerFoundBy } from '#core/sinks/duckdb/own.ts';
import { SinkServer } from '#core/sinks/duckdb/serve.ts';
import { LocalSqlEngine } from '#core/sql/engine.ts';
import type { AnalyticsApi, AnalyticsCommand, AnalyticsEvent } from '#core/sql/messages.ts';

interface Opened {
  readonly database: Database;
  readonly engine: LocalSqlEngine;
}

runChild<AnalyticsCommand, AnalyticsEvent>((emit) => {
  const file = Promise.withResolvers<string>();
  let opening: Promise<Opened> | undefined;
  const open = async (): Promise<Opened> => {
    const database = await openDatabase({ file: await file.promise });
    return {
      database,
      engine: new LocalSqlEngine({ database, onStatus: (status) => emit({ type: 'query', status }) }),
    };
  };
  const opened = (): Promise<Opened> => {
    opening ??= open().catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  const owner = ownerFoundBy(async () => {
    const { database } = await opened();
    return localOwner(() => database.file!);
  });
  const sinks = new SinkServer(owner);
  const api: AnalyticsApi = {
    start: async (request) => (await opened()).engine.start(request),
    page: async (request) => (await opened()).engine.page(request),
    cancel: async (queryId) => (await opened()).engine.cancel(queryId),
    tables: async () => (await opened()).engine.tables(),
    sink: ({ client, call }) => answer(sinks.api(client), call),
    release: ({ client }) => sinks.release(client),
  };
  return {
    async handle(command) {
      if (command.type === 'open') {
        file.resolve(command.file);
        return;
      }
      const given = await answer(api, command);
      emit(given);
      if (isBroken(given.error?.message)) throw new Error(given.error?.message);
    },
    async close() {
      await sinks.close();
      const last = await opening?.catch(() => undefined);
      await last?.engine.close();
      last?.database.close();
    },
  };
});
