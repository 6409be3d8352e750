/** All sinks: a new one is its file, its test and one line here. */
import type { SinkComponent } from '#core/pipeline/component.ts';
import { ownWhenNeeded } from './duckdb/own.ts';
import type { DuckDbOwner } from './duckdb/owner.ts';
import { duckDbSink } from './duckdb.ts';
import { jsonLinesSink } from './json-lines.ts';
import { postgresSink } from './postgres.ts';

/** `duckDb`: who owns the workspace's database, seen from this process. */
export function createSinks(duckDb: DuckDbOwner): readonly SinkComponent[] {
  return [postgresSink, duckDbSink(duckDb), jsonLinesSink];
}

export const sinks = createSinks(ownWhenNeeded());
