/** Where the cases run: the target of the case, sinks that are closed after it, and rows in few words. */
import type { Batch, PartitionRange } from '#core/columns/batch.ts';
import { batchOf, type TestRow } from '#core/columns/test-batch.ts';
import type { Field } from '#core/columns/type.ts';
import type { Sink, SinkContext, SinkLook, SinkReset } from '#core/pipeline/component.ts';
import type { ResolvedConnection } from '#core/workspace/connection.ts';

export interface StoredRow {
  readonly id: bigint;
  readonly name: string | null;
  readonly value: number | null;
}

/** An empty place to write to. A new one for each case. */
export interface SinkTarget {
  /** A definition's fields of this sink, `type` included, keyed by `id` with the last record winning. */
  readonly spec: Readonly<Record<string, unknown>>;
  readonly connection: ResolvedConnection;
  /** What anybody can see now, by ascending id. */
  rows(): Promise<readonly StoredRow[]>;
  /** From now on the target refuses rows of this name. Called after the sink was opened. */
  refuse(name: string): Promise<void>;
  /** Cuts every connection that the sink has now. */
  cut(): Promise<void>;
}

/** Opened once for all cases of a sink. */
export interface SinkHost {
  createTarget(): Promise<SinkTarget>;
  close(): Promise<void>;
}

export const conformanceFields: readonly Field[] = [
  { name: 'id', type: { kind: 'int64' }, nullable: false },
  { name: 'name', type: { kind: 'utf8' }, nullable: true },
  { name: 'value', type: { kind: 'int32' }, nullable: true },
];

/** Of a sink that is opened alone; `names` replaces parts of it. */
export function contextOf(sink: string, names: Partial<SinkContext> = {}): SinkContext {
  return {
    pipeline: 'test',
    sink,
    clusterId: 'cluster',
    topicId: 'topic',
    fields: conformanceFields,
    connection: { name: 'test', kafka: { brokers: [] }, registry: undefined, postgres: undefined },
    log: () => {},
    ...names,
  };
}

export interface Place {
  /** The sink of the suite on the target of the case; `names` replaces parts of its context. */
  open(names?: Partial<SinkContext>): Promise<Sink>;
  target(): SinkTarget;
  rows(): Promise<readonly StoredRow[]>;
  /** The names of the rows, by ascending id. */
  names(): Promise<ReadonlyArray<string | null>>;
  /** As the sink's `upkeep`, with the context of `open`. */
  look(): Promise<SinkLook>;
  reset(request: SinkReset): Promise<void>;
}

export function upsert(id: bigint | number, name: string | null, value: number | null = null): TestRow {
  return { values: { id, name, value } };
}

export function tombstone(id: bigint | number): TestRow {
  return { values: { id }, tombstone: true };
}

export function batch(...rows: readonly TestRow[]): Batch {
  return batchOf(conformanceFields, rows);
}

export function range(from: number, next: number, partition = 0): PartitionRange {
  return { partition, from: BigInt(from), next: BigInt(next), leaderEpoch: 0 };
}

export async function write(sink: Sink, rows: readonly TestRow[], ...ranges: readonly PartitionRange[]): Promise<void> {
  await (await sink.stage(batch(...rows))).commit(ranges);
}
