/** The sample's flights as column batches with a prediction: what the sinks' benchmarks write, 16 columns. */
import type { Batch } from '#core/columns/batch.ts';
import { createBatch } from '#core/columns/batch.ts';
import { put, type Value } from '#core/columns/test-batch.ts';
import type { Field } from '#core/columns/type.ts';
import { type Flight, readFlights } from '#core/sandbox/sample/flights.ts';

const int32 = { kind: 'int32' } as const;
const float32 = { kind: 'float32' } as const;
const utf8 = { kind: 'utf8' } as const;

export const flightFields: readonly Field[] = [
  { name: 'flight_id', type: { kind: 'int64' }, nullable: false },
  { name: 'time_hour', type: { kind: 'timestamp', unit: 'ms', utc: true }, nullable: false },
  { name: 'carrier', type: utf8, nullable: false },
  { name: 'flight', type: int32, nullable: false },
  { name: 'tailnum', type: utf8, nullable: true },
  { name: 'origin', type: utf8, nullable: false },
  { name: 'dest', type: utf8, nullable: false },
  { name: 'sched_dep_time', type: int32, nullable: false },
  { name: 'sched_arr_time', type: int32, nullable: false },
  { name: 'dep_time', type: int32, nullable: true },
  { name: 'dep_delay', type: float32, nullable: true },
  { name: 'arr_time', type: int32, nullable: true },
  { name: 'arr_delay', type: float32, nullable: true },
  { name: 'air_time', type: float32, nullable: true },
  { name: 'distance', type: int32, nullable: false },
  { name: 'predicted_arr_delay', type: float32, nullable: true },
];

/** `batches` full batches of `size` rows at most, in the order of the file; partition 0, offset = position. */
export async function flightBatches(size: number, batches = Number.POSITIVE_INFINITY): Promise<readonly Batch[]> {
  const made: Batch[] = [];
  let position = 0;
  for await (const chunk of readFlights({ chunk: size })) {
    if (made.length >= batches) break;
    made.push(fill(chunk, position));
    position += chunk.length;
  }
  return made;
}

function fill(flights: readonly Flight[], position: number): Batch {
  const batch = createBatch(flightFields, flights.length);
  flights.forEach((flight, row) => {
    const values: Readonly<Record<string, Value>> = { ...flight, predicted_arr_delay: (flight.distance % 97) - 12.5 };
    flightFields.forEach((field, index) => {
      put(batch.columns[index]!, row, values[field.name]);
    });
    batch.offset[row] = BigInt(position + row);
  });
  batch.length = flights.length;
  const from = BigInt(position);
  batch.ranges = [{ partition: 0, from, next: from + BigInt(flights.length), leaderEpoch: 0 }];
  return batch;
}
