/**
 * A nested value of DuckDB as JSON text that loses no digit: integers and decimals are plain numbers, bytes base64, times as
 * DuckDB writes them. Maps are lists of pairs, since their keys need not be text.
 */
import {
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBUnionValue,
} from '@duckdb/node-api';

export function toJsonText(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  switch (typeof value) {
    case 'boolean':
      return String(value);
    case 'bigint':
      return value.toString();
    case 'number':
      // JSON has no numbers for NaN and the infinities.
      if (!Number.isFinite(value)) return `"${value}"`;
      return Object.is(value, -0) ? '-0.0' : String(value);
    case 'string':
      return JSON.stringify(value);
  }
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) {
    return `[${value.items.map(toJsonText).join(',')}]`;
  }
  if (value instanceof DuckDBStructValue) return object(Object.entries(value.entries));
  if (value instanceof DuckDBUnionValue) return object([[value.tag, value.value]]);
  if (value instanceof DuckDBMapValue) {
    return `[${value.entries.map((entry) => `[${toJsonText(entry.key)},${toJsonText(entry.value)}]`).join(',')}]`;
  }
  if (value instanceof DuckDBDecimalValue) return value.toString();
  if (value instanceof DuckDBBlobValue) return JSON.stringify(Buffer.from(value.bytes).toString('base64'));
  return JSON.stringify(String(value));
}

function object(entries: ReadonlyArray<readonly [string, unknown]>): string {
  return `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${toJsonText(value)}`).join(',')}}`;
}
