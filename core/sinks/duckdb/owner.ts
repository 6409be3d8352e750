/**
 * Who owns the database file: the sink's small port. In this process (`local.ts`), or the `analytics` process, reached by
 * messages (`remote.ts`). A file has one owner at a time.
 */
import type { Field } from '#core/columns/type.ts';
import type { Sink, SinkIdentity, SinkLook, SinkReset } from '#core/pipeline/component.ts';
import type { TableSpec } from '../table/spec.ts';

export interface DuckDbSpec extends TableSpec {
  readonly type: 'duckdb';
  /** The workspace's database when undefined. */
  readonly file?: string | undefined;
}

export interface DuckDbOwner {
  /** As `SinkComponent.open`. */
  open(spec: DuckDbSpec, identity: SinkIdentity, fields: readonly Field[]): Promise<Sink>;
  /** As `SinkUpkeep`. */
  look(spec: DuckDbSpec, identity: SinkIdentity): Promise<SinkLook>;
  reset(spec: DuckDbSpec, identity: SinkIdentity, request: SinkReset): Promise<void>;
}
