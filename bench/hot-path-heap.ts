/**
 * Heap allocated for each record between the socket and the database: fetch, walk, decode, score, encode as COPY.
 *
 * V8 counts every byte it ever allocated on its heap (`total_allocated_bytes`), collected or not, so no collection can
 * hide anything. The engine runs as always; the count is read whenever a batch reaches the sink, and the first batches of
 * a run, in which buffers grow and code is compiled, are left out. Bytes outside of the heap (fetched buffers, columns)
 * are bounded by the pool and do not count. Run: node bench/hot-path-heap.ts
 */
import { getHeapStatistics } from 'node:v8';
import type { Batch } from '#core/columns/batch.ts';
import type { Sink, SinkComponent } from '#core/pipeline/component.ts';
import { createCopyBuffer } from '#core/postgres/copy-buffer.ts';
import { createCopyEncoder } from '#core/postgres/copy-encoder.ts';
import { type PostgresSpec, postgresSink } from '#core/sinks/postgres.ts';
import { runHere } from './parts/captured-batches.ts';
import { median, rounds, say, verdict } from './parts/measure.ts';
import { loadFlights, openSandbox } from './parts/sandbox.ts';

const barBytes = 50;
const warmUpBatches = 4;

/** The way to the COPY bytes; what a sink does beyond that is left out. */
const encodeOnly: SinkComponent<PostgresSpec> = {
  ...postgresSink,
  open: async (_spec, { fields }) => {
    const encode = createCopyEncoder(fields.map((field) => field.type));
    const buffer = createCopyBuffer();
    return {
      lanes: 1,
      claim: async () => new Map(),
      async stage({ columns, length }) {
        encode({ columns, length, rows: undefined }, buffer);
        return { commit: async () => {}, verify: async () => {}, discard: async () => {} };
      },
      close: async () => {},
    };
  },
};

/** Reads the count as each batch arrives at the sink. */
class HeapCounter {
  #batches = 0;
  #rows = 0;
  #allocatedAtStart = 0;
  bytesPerRecord = Number.NaN;

  watch(component: SinkComponent<PostgresSpec>): SinkComponent<PostgresSpec> {
    const open = async (...args: Parameters<typeof component.open>): Promise<Sink> => {
      const sink = await component.open(...args);
      const stage = sink.stage.bind(sink);
      sink.stage = (batch, rows) => {
        this.#arrived(batch);
        return stage(batch, rows);
      };
      return sink;
    };
    return { ...component, open };
  }

  #arrived(batch: Batch): void {
    const allocated = allocatedBytes();
    this.#batches += 1;
    if (this.#batches === warmUpBatches) this.#allocatedAtStart = allocated;
    if (this.#batches <= warmUpBatches) return;
    // What it took to bring this batch here, and the one before out.
    this.#rows += batch.length;
    this.bytesPerRecord = (allocated - this.#allocatedAtStart) / this.#rows;
  }
}

/** Node's types do not have it yet. */
function allocatedBytes(): number {
  return (getHeapStatistics() as unknown as { total_allocated_bytes: number }).total_allocated_bytes;
}

await using sandbox = await openSandbox();
await loadFlights(sandbox);
for (const [title, component] of [
  ['fetch to COPY bytes', encodeOnly],
  ['fetch to commit in Postgres', postgresSink],
] as const) {
  const bytes: number[] = [];
  for (let round = 0; round < rounds(); round++) {
    const counter = new HeapCounter();
    await runHere(sandbox, counter.watch(component), `bench-heap-${title.length}-${round}`);
    bytes.push(counter.bytesPerRecord);
  }
  const shown = bytes.map((value) => value.toFixed(1)).join(', ');
  const met = verdict(median(bytes) < barBytes, `< ${barBytes} B`);
  say(`${title}: ${median(bytes).toFixed(1)} B of heap a record (${met}; rounds ${shown})`);
}
