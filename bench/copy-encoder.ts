/** How fast columns become COPY bytes, and how much heap a row costs. Run: node bench/copy-encoder.ts */
import { lastByKey } from '#core/columns/last-by-key.ts';
import { createCopyBuffer } from '#core/postgres/copy-buffer.ts';
import { createCopyEncoder } from '#core/postgres/copy-encoder.ts';
import { flightBatches, flightFields } from './flight-batches.ts';

const batches = await flightBatches(20_000, 5);
const rows = batches.reduce((sum, batch) => sum + batch.length, 0);
const encode = createCopyEncoder(flightFields.map((field) => field.type));
const buffer = createCopyBuffer();

measure('encode 16 columns', () => {
  for (const { columns, length } of batches) encode({ columns, length, rows: undefined }, buffer);
});
measure('last by key (int64)', () => {
  for (const batch of batches) lastByKey(batch, [0]);
});
measure('last by key (2 texts, int32)', () => {
  for (const batch of batches) lastByKey(batch, [2, 4, 3]);
});

/** Best of seven; the heap is taken over so few rows that no collection falls in between. */
function measure(title: string, work: () => void): void {
  for (let i = 0; i < 20; i++) work();
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 7; i++) {
    const start = performance.now();
    for (let j = 0; j < 5; j++) work();
    best = Math.min(best, performance.now() - start);
  }
  const heap = process.memoryUsage().heapUsed;
  work();
  const bytes = Math.max(0, process.memoryUsage().heapUsed - heap) / rows;
  const perSecond = (rows * 5) / best / 1000;
  process.stdout.write(`${title}: ${perSecond.toFixed(1)} M rows/s, ${bytes.toFixed(1)} B of heap per row\n`);
}
