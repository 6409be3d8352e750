/**
 * The sample's flights, read from `data/flights.parquet` by pure JavaScript, so that no native database is needed.
 *
 * A window of rows is decoded at a time, in the shape that `data/flight.avsc` describes.
 */
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import {
  asyncBufferFromFile,
  type Compressors,
  type ParquetParsers,
  parquetMetadataAsync,
  parquetReadObjects,
} from 'hyparquet';
import { shippedDir } from '#core/workspace/paths.ts';

export const sampleDataDir = shippedDir('core/sandbox/sample/data');

/** One flight as `flight.avsc` has it; every long of the data is a safe integer. */
export interface Flight {
  readonly flight_id: number;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly time_hour: number;
  readonly carrier: string;
  readonly flight: number;
  readonly tailnum: string | null;
  readonly origin: string;
  readonly dest: string;
  readonly sched_dep_time: number;
  readonly sched_arr_time: number;
  readonly dep_time: number | null;
  readonly dep_delay: number | null;
  readonly arr_time: number | null;
  readonly arr_delay: number | null;
  readonly air_time: number | null;
  readonly distance: number;
}

export interface ReadFlightsOptions {
  readonly dataDir?: string | undefined;
  /** Position in the file of the first flight wanted; 0 unless given. */
  readonly from?: number;
  /** Rows handed out at once; 5,000 unless given. */
  readonly chunk?: number;
}

/** Rows decoded at a time: a few megabytes of memory, a page or two of the file. */
const windowRows = 20_000;

const compressors: Compressors = { ZSTD: (input) => zstdDecompressSync(input) };
const parsers: Partial<ParquetParsers> = { timestampFromMicroseconds: (micros) => micros / 1000n };

export async function countFlights(dataDir: string = sampleDataDir): Promise<number> {
  const { metadata } = await openFile(dataDir);
  return Number(metadata.num_rows);
}

/** All flights from position `from` to the end of the file, in its order, a chunk at a time. */
export async function* readFlights(options: ReadFlightsOptions = {}): AsyncGenerator<readonly Flight[]> {
  const { dataDir = sampleDataDir, from = 0, chunk = 5_000 } = options;
  const source = await openFile(dataDir);
  const end = Number(source.metadata.num_rows);
  for (let rowStart = from; rowStart < end; rowStart += windowRows) {
    const rowEnd = Math.min(rowStart + windowRows, end);
    const rows = await parquetReadObjects({ ...source, rowStart, rowEnd, compressors, parsers });
    for (let row = 0; row < rows.length; row += chunk) yield rows.slice(row, row + chunk).map(toFlight);
  }
}

async function openFile(dataDir: string) {
  const file = await asyncBufferFromFile(join(dataDir, 'flights.parquet'));
  return { file, metadata: await parquetMetadataAsync(file) };
}

/** hyparquet gives a BigInt for each int64. */
function toFlight(row: Record<string, unknown>): Flight {
  for (const [name, value] of Object.entries(row)) if (typeof value === 'bigint') row[name] = Number(value);
  return row as unknown as Flight;
}
