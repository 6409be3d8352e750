import { expect, test, vi } from 'vitest';
import type { Batch, PartitionRange } from '#core/columns/batch.ts';
import { put } from '#core/columns/test-batch.ts';
import type { Field } from '#core/columns/type.ts';
import { WorkbenchError } from '#core/contract/errors.ts';
import { BatchPool } from './batch-pool.ts';
import type { Sink, StagedBatch } from './component.ts';
import { Delivery } from './delivery.ts';
import { Progress } from './progress.ts';
import type { ReadBatch, Rejected } from './topic-reader.ts';

const fields: readonly Field[] = [{ name: 'id', type: { kind: 'int64' }, nullable: false }];
const rejection = (code: 'SINK_REJECTED' | 'SINK_UNREACHABLE'): WorkbenchError => new WorkbenchError(code, code);

/** Keeps what it is told in memory, in the order of the calls; refuses the ids in `bad` as the target would. */
class MemorySink implements Sink {
  readonly lanes = 2;
  readonly log: string[] = [];
  readonly bad = new Set<bigint>();
  refusesAt: 'stage' | 'commit' = 'commit';
  commitFailure: Error | undefined;
  stageFailure: Error | undefined;
  /** A commit waits for it. */
  gate: Promise<void> = Promise.resolve();
  readonly committed: bigint[] = [];
  readonly ranges: PartitionRange[] = [];

  claim = async () => new Map<number, bigint>();
  close = async () => {};

  async stage(batch: Batch, rows?: Int32Array): Promise<StagedBatch> {
    if (this.stageFailure !== undefined) throw this.stageFailure;
    const ids = [...(rows ?? Int32Array.from({ length: batch.length }, (_, row) => row))].map(
      (row) => batch.offset[row]!,
    );
    const check = (): void => {
      if (ids.some((id) => this.bad.has(id))) throw rejection('SINK_REJECTED');
    };
    this.log.push(`stage ${ids.join(' ')}`);
    if (this.refusesAt === 'stage') check();
    return {
      verify: async () => check(),
      discard: async () => {},
      commit: async (ranges) => {
        await this.gate;
        if (this.commitFailure !== undefined) throw this.commitFailure;
        check();
        this.log.push(`commit ${ids.join(' ')}`);
        this.committed.push(...ids);
        this.ranges.push(...ranges);
      },
    };
  }
}

interface World {
  readonly sinks?: readonly MemorySink[];
  readonly claimed?: ReadonlyArray<ReadonlyMap<number, bigint>>;
}

function deliveryTo({ sinks = [new MemorySink()], claimed = [] }: World = {}) {
  const letters: Rejected[] = [];
  const sent = { failure: undefined as Error | undefined, before: [] as string[], onLetters: () => {} };
  const progress = new Progress({ source: 'orders', decode: 'Avro', sink: 'memory' });
  const pool = new BatchPool(fields, 10, 2);
  const durable: PartitionRange[] = [];
  const onFailure = vi.fn();
  const delivery = new Delivery({
    sinks: sinks.map((sink, index) => ({ sink, claimed: claimed[index] ?? new Map() })),
    deadLetters: {
      async send(rejected) {
        if (sent.failure !== undefined) throw sent.failure;
        if (rejected.length > 0) sent.before.push(sinks[0]!.log.at(-1) ?? 'nothing');
        letters.push(...rejected);
        if (rejected.length > 0) sent.onLetters();
      },
      close: async () => {},
    },
    pool,
    progress,
    onCommit: (ranges) => durable.push(...ranges),
    onFailure,
  });
  const read = async (
    from: number,
    count: number,
    more: { tombstones?: readonly number[]; rejected?: Rejected[] } = {},
  ) => {
    const batch = await pool.take();
    fill(batch, from, count, more.tombstones ?? []);
    const rejected = more.rejected ?? [];
    return { batch, records: count + rejected.length, rejected, chunks: [] };
  };
  const deliver = (one: ReadBatch) => delivery.deliver(one, one.batch);
  const counts = () => {
    const { written, deleted, deadLettered } = progress.status(0, { lag: null, modelError: null });
    return { written, deleted, deadLettered };
  };
  return { sink: sinks[0]!, delivery, pool, progress, letters, sent, durable, onFailure, read, deliver, counts };
}

function fill(batch: Batch, from: number, count: number, tombstones: readonly number[]): void {
  for (let row = 0; row < count; row++) {
    put(batch.columns[0]!, row, from + row);
    batch.offset[row] = BigInt(from + row);
    batch.tombstone[row] = tombstones.includes(from + row) ? 1 : 0;
  }
  batch.length = count;
  batch.tombstones = tombstones.length;
  batch.ranges = [{ partition: 0, from: BigInt(from), next: BigInt(from + count), leaderEpoch: 3 }];
}

test('while a batch commits the next is sent; it commits after it', async () => {
  const { sink, delivery, read, deliver, durable, progress } = deliveryTo();
  const startedAt = performance.now();
  const gate = Promise.withResolvers<void>();
  sink.gate = gate.promise;
  await deliver(await read(0, 2));
  const second = deliver(await read(2, 1));
  await vi.waitFor(() => expect(sink.log).toEqual(['stage 0 1', 'stage 2']));
  expect({ inFlight: delivery.inFlight, durable }).toEqual({ inFlight: 3, durable: [] });
  gate.resolve();
  await second;
  await delivery.drain();
  const { endToEnd, stages } = progress.status(0, { lag: null, modelError: null });
  expect(endToEnd).not.toBeNull();
  expect(stages.at(-1)!.p99Ms).toBeLessThan(performance.now() - startedAt + 1);
  expect(sink.log).toEqual(['stage 0 1', 'stage 2', 'commit 0 1', 'commit 2']);
  expect(durable).toEqual(sink.ranges);
  expect(durable.map(({ from, next }) => [from, next])).toEqual([
    [0n, 2n],
    [2n, 3n],
  ]);
  expect({ inFlight: delivery.inFlight, inDoubt: delivery.inDoubt }).toEqual({ inFlight: 0, inDoubt: undefined });
});

test('a batch goes back to its pool when it is committed, not before', async () => {
  const { sink, delivery, read, deliver, pool } = deliveryTo();
  const gate = Promise.withResolvers<void>();
  sink.gate = gate.promise;
  const first = await read(0, 1);
  await deliver(first);
  await pool.take();
  const again = pool.take();
  expect(first.batch.length).toBe(1);
  gate.resolve();
  expect(await again).toBe(first.batch);
  expect(first.batch.length).toBe(0);
  await delivery.drain();
});

test.each(['stage', 'commit'] as const)(
  'rows refused at %s become dead letters, before the others are written',
  async (at) => {
    const { sink, delivery, read, deliver, letters, sent, counts, progress } = deliveryTo();
    sink.refusesAt = at;
    for (const id of [1n, 4n, 5n]) sink.bad.add(id);
    await deliver(await read(0, 7, { tombstones: [4, 6] }));
    await delivery.drain();
    expect(
      letters.map(({ partition, offset, stage, reason }) => [
        partition,
        offset,
        stage,
        (reason as WorkbenchError).code,
      ]),
    ).toEqual([1n, 4n, 5n].map((offset) => [0, offset, 'sink', 'SINK_REJECTED']));
    expect(sent.before[0]).toMatch(/^stage/);
    expect(sink.committed).toEqual([0n, 2n, 3n, 6n]);
    expect(counts()).toEqual({ written: 3n, deleted: 1n, deadLettered: 3n });
    expect(progress.sink.errors).toBe(3);
    expect(progress.sink.rate.count).toBe(4);
  },
);

test('a row alone that is refused leaves an empty batch, which moves the offsets', async () => {
  const { sink, delivery, read, deliver, durable, counts } = deliveryTo();
  sink.bad.add(0n);
  await deliver(await read(0, 1));
  await delivery.drain();
  expect(sink.committed).toEqual([]);
  expect(durable.map(({ next }) => next)).toEqual([1n]);
  expect(counts()).toEqual({ written: 0n, deleted: 0n, deadLettered: 1n });
});

test('what could not be decoded is counted, and a commit waits for Kafka to have it', async () => {
  const { sink, delivery, read, deliver, letters, sent, counts } = deliveryTo();
  const poison: Rejected = { partition: 0, offset: 2n, stage: 'decode', reason: new Error('no Avro') };
  await deliver(await read(0, 2, { rejected: [poison] }));
  await delivery.drain();
  expect(letters).toEqual([poison]);
  expect(counts()).toEqual({ written: 2n, deleted: 0n, deadLettered: 1n });
  sent.failure = new WorkbenchError('KAFKA_UNREACHABLE', 'away');
  await expect(deliver(await read(3, 1, { rejected: [poison] }))).rejects.toBe(sent.failure);
  expect(sink.committed).toEqual([0n, 1n]);
});

test('a sink that is away fails the delivery, with nothing in doubt', async () => {
  const { sink, delivery, read, deliver, onFailure } = deliveryTo();
  sink.stageFailure = rejection('SINK_UNREACHABLE');
  await expect(deliver(await read(0, 1))).rejects.toBe(sink.stageFailure);
  expect(delivery.inDoubt).toBeUndefined();
  expect(onFailure).not.toHaveBeenCalled();
});

test('a commit without an answer is in doubt: the source is told, the next delivery and the end throw why', async () => {
  const { sink, delivery, read, deliver, onFailure, durable, counts } = deliveryTo();
  sink.commitFailure = rejection('SINK_UNREACHABLE');
  await deliver(await read(0, 3, { tombstones: [1] }));
  await vi.waitFor(() => expect(onFailure).toHaveBeenCalledWith(sink.commitFailure));
  expect(delivery.inDoubt).toEqual({
    ranges: [{ partition: 0, from: 0n, next: 3n, leaderEpoch: 3 }],
    outcome: { written: 2, deleted: 1, deadLettered: 0 },
  });
  await expect(deliver(await read(3, 1))).rejects.toBe(sink.commitFailure);
  await expect(delivery.drain()).rejects.toBe(sink.commitFailure);
  // Not tried again row by row: who claims next finds out.
  expect(sink.log).toEqual(['stage 0 1 2', 'stage 3']);
  expect({ durable, ...counts() }).toEqual({ durable: [], written: 0n, deleted: 0n, deadLettered: 0n });
});

test('what is in doubt leaves out the rows that became dead letters before', async () => {
  const { sink, delivery, read, deliver, sent, letters } = deliveryTo();
  sink.bad.add(1n);
  sent.onLetters = () => {
    sink.commitFailure = rejection('SINK_UNREACHABLE');
  };
  await deliver(await read(0, 3));
  await expect(delivery.drain()).rejects.toMatchObject({ code: 'SINK_UNREACHABLE' });
  expect(letters).toHaveLength(1);
  expect(delivery.inDoubt?.outcome).toEqual({ written: 2, deleted: 0, deadLettered: 1 });
});

test('a sink that goes away while rows are tried one by one fails the batch', async () => {
  const { sink, delivery, read, deliver, letters } = deliveryTo();
  sink.bad.add(1n);
  const gate = Promise.withResolvers<void>();
  sink.gate = gate.promise;
  await deliver(await read(0, 2));
  sink.stageFailure = rejection('SINK_UNREACHABLE');
  gate.resolve();
  await expect(delivery.drain()).rejects.toBe(sink.stageFailure);
  expect(letters).toEqual([]);
});

test('each sink leaves out what it holds already', async () => {
  const sinks = [new MemorySink(), new MemorySink(), new MemorySink(), new MemorySink()];
  const claimed = [new Map(), new Map([[0, 2n]]), new Map([[0, 9n]]), new Map([[0, 4n]])];
  const staged = sinks.map((sink) => vi.spyOn(sink, 'stage'));
  const { delivery, read, deliver, counts } = deliveryTo({ sinks, claimed });
  await deliver(await read(0, 4));
  await delivery.drain();
  expect(sinks.map(({ committed }) => committed)).toEqual([[0n, 1n, 2n, 3n], [2n, 3n], [], []]);
  // All rows are sent without their numbers.
  expect(staged.map((stage) => stage.mock.calls[0]![1]?.length)).toEqual([undefined, 2, 0, 0]);
  expect(sinks.map(({ ranges }) => ranges.map(({ from, next, leaderEpoch }) => [from, next, leaderEpoch]))).toEqual([
    [[0n, 4n, 3]],
    [[2n, 4n, 3]],
    [],
    [],
  ]);
  expect(counts()).toEqual({ written: 4n, deleted: 0n, deadLettered: 0n });
});

test('a row that two sinks refuse is one dead letter; a sink tries only those that it lacks', async () => {
  const sinks = [new MemorySink(), new MemorySink()];
  for (const sink of sinks) sink.bad.add(3n);
  const { delivery, read, deliver, letters, counts } = deliveryTo({ sinks, claimed: [new Map([[0, 2n]])] });
  await deliver(await read(0, 4));
  await delivery.drain();
  expect(sinks.map(({ committed }) => committed)).toEqual([[2n], [0n, 1n, 2n]]);
  expect(letters.map(({ offset }) => offset)).toEqual([3n]);
  expect(counts()).toEqual({ written: 3n, deleted: 0n, deadLettered: 1n });
});

test('what one sink holds of a partition says nothing of another partition', async () => {
  const sink = new MemorySink();
  const { delivery, read, deliver } = deliveryTo({ sinks: [sink], claimed: [new Map([[1, 100n]])] });
  const both = await read(0, 4);
  both.batch.partition.set([0, 1, 0, 1]);
  both.batch.ranges = [
    { partition: 0, from: 0n, next: 3n, leaderEpoch: 0 },
    { partition: 1, from: 1n, next: 4n, leaderEpoch: 0 },
  ];
  await deliver(both);
  await delivery.drain();
  expect(sink.committed).toEqual([0n, 2n]);
  expect(sink.ranges).toEqual([{ partition: 0, from: 0n, next: 3n, leaderEpoch: 0 }]);
});
