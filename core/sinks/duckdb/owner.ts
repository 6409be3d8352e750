/**
 * Who owns the database file: the sink's small port. In this process (`local.ts`), or the `analytics` process, reached by
 * messages (`remote.ts`). A file has one owner at a time.
 */
import type { Sink, SinkContext, SinkLook, SinkReset } from '#core/pipeline/component.ts';
import type { TableSpec } from '../table/spec.ts';

export interface DuckDbSpec extends TableSpec {
  readonly type: 'duckdb';
  /** The workspace's database when undefined. */
  readonly file?: string | undefined;
}

/** What crosses a process boundary of a sink's context. */
export type SinkIdentity = Pick<SinkContext, 'pipeline' | 'sink' | 'clusterId' | 'topicId' | 'fields'>;

export type UpkeepIdentity = Omit<SinkIdentity, 'fields'>;

export interface DuckDbOwner {
  /** As `SinkComponent.open`. */
  open(spec: DuckDbSpec, identity: SinkIdentity): Promise<Sink>;
  /** As `SinkUpkeep`. */
  look(spec: DuckDbSpec, identity: UpkeepIdentity): Promise<SinkLook>;
  reset(spec: DuckDbSpec, identity: UpkeepIdentity, request: SinkReset): Promise<void>;
}
