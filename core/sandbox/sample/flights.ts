/**
 * The sample's flights, read from `data/flights.parquet` by pure JavaScript, so that no native database is needed.
 *
 * A row group is held as columns (50 MB for the file's only one) and handed out as rows of the shape that
 * `data/flight.avsc` describes.
 */
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import {
  type AsyncBuffer,
  asyncBufferFromFile,
  type ColumnData,
  type Compressors,
  type ParquetParsers,
  parquetMetadataAsync,
  parquetRead,
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

interface FlightsFile {
  readonly file: AsyncBuffer;
  /** Rows of each row group. */
  readonly groups: readonly number[];
}

/** Numbers as float64 with NaN for null (no flight holds a NaN), text as it is. */
type Values = Float64Array | ReadonlyArray<string | null>;

const compressors: Compressors = { ZSTD: (input) => zstdDecompressSync(input) };
const parsers: Partial<ParquetParsers> = { timestampFromMicroseconds: (micros) => micros / 1000n };

export async function countFlights(dataDir: string = sampleDataDir): Promise<number> {
  const { groups } = await openFile(dataDir);
  return groups.reduce((sum, rows) => sum + rows, 0);
}

/** All flights from position `from` to the end of the file, in its order, a chunk at a time. */
export async function* readFlights(options: ReadFlightsOptions = {}): AsyncGenerator<readonly Flight[]> {
  const { dataDir = sampleDataDir, from = 0, chunk = 5_000 } = options;
  const { file, groups } = await openFile(dataDir);
  let start = 0;
  for (const rows of groups) {
    const end = start + rows;
    if (end > from) {
      const columns = await readColumns(file, start, end);
      for (let row = Math.max(0, from - start); row < rows; row += chunk) {
        yield makeRows(columns, row, Math.min(row + chunk, rows));
      }
    }
    start = end;
  }
}

async function openFile(dataDir: string): Promise<FlightsFile> {
  const file = await asyncBufferFromFile(join(dataDir, 'flights.parquet'));
  const metadata = await parquetMetadataAsync(file);
  return { file, groups: metadata.row_groups.map((group) => Number(group.num_rows)) };
}

async function readColumns(file: AsyncBuffer, rowStart: number, rowEnd: number): Promise<Map<string, Values>> {
  const columns = new Map<string, Values>();
  await parquetRead({
    file,
    rowStart,
    rowEnd,
    compressors,
    parsers,
    onChunk: ({ columnName, columnData }: ColumnData) => columns.set(columnName, compact(columnData)),
  });
  return columns;
}

/** A column costs 8 bytes a row this way; hyparquet's own arrays hold a BigInt object for each int64. */
function compact(data: ArrayLike<unknown>): Values {
  const sample = Array.prototype.find.call(data, (value) => value !== null);
  if (typeof sample === 'string') return data as ReadonlyArray<string | null>;
  const values = new Float64Array(data.length);
  for (let row = 0; row < data.length; row++) values[row] = data[row] === null ? Number.NaN : Number(data[row]);
  return values;
}

function makeRows(columns: ReadonlyMap<string, Values>, from: number, to: number): Flight[] {
  const number = (name: keyof Flight) => columns.get(name) as Float64Array;
  const text = <T extends string | null = string>(name: keyof Flight) => columns.get(name) as readonly T[];
  const [id, hour, carrier, flight] = [number('flight_id'), number('time_hour'), text('carrier'), number('flight')];
  const [tailnum, origin, dest] = [text<string | null>('tailnum'), text('origin'), text('dest')];
  const [departs, arrives] = [number('sched_dep_time'), number('sched_arr_time')];
  const [departed, departedLate] = [number('dep_time'), number('dep_delay')];
  const [arrived, arrivedLate] = [number('arr_time'), number('arr_delay')];
  const [airTime, distance] = [number('air_time'), number('distance')];

  const rows: Flight[] = [];
  for (let row = from; row < to; row++) {
    rows.push({
      flight_id: id[row]!,
      time_hour: hour[row]!,
      carrier: carrier[row]!,
      flight: flight[row]!,
      tailnum: tailnum[row]!,
      origin: origin[row]!,
      dest: dest[row]!,
      sched_dep_time: departs[row]!,
      sched_arr_time: arrives[row]!,
      dep_time: orNull(departed[row]!),
      dep_delay: orNull(departedLate[row]!),
      arr_time: orNull(arrived[row]!),
      arr_delay: orNull(arrivedLate[row]!),
      air_time: orNull(airTime[row]!),
      distance: distance[row]!,
    });
  }
  return rows;
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
