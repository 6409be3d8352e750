/**
 * Rows as lines of JSON, without an object for a row: `{"_partition":0,"_offset":12,"id":7,…}`. Every record is a line, in the
 * order of its partition; a tombstone has `"_deleted":true` and its key fields.
 *
 * Nothing is rounded: int64 and decimals are JSON numbers with all their digits, times are ISO texts, bytes are base64; NaN and
 * the infinities are texts, as in `serde/exact-json.ts`.
 */
import { isUtf8 } from 'node:buffer';
import type { Batch } from '#core/columns/batch.ts';
import { type BytesColumn, type Column, isSet, isValid } from '#core/columns/column.ts';
import type { ColumnType } from '#core/columns/type.ts';
import { WorkbenchError } from '#core/contract/errors.ts';

/** UTF-8 with a line feed after each line. `rows`: ascending row numbers; all when undefined. Throws `SINK_REJECTED`. */
export function linesOf(batch: Batch, rows: Int32Array | undefined): Buffer {
  const names = batch.fields.map(({ name }) => `,${JSON.stringify(name)}:`);
  const writers = batch.columns.map((column, at) => writerOf(column, batch.fields[at]!.name));
  const count = rows === undefined ? batch.length : rows.length;
  const lines: string[] = [];
  for (let index = 0; index < count; index++) {
    const row = rows === undefined ? index : rows[index]!;
    let line = `{"_partition":${batch.partition[row]},"_offset":${batch.offset[row]}`;
    const isDeleted = batch.tombstone[row] === 1;
    if (isDeleted) line += ',"_deleted":true';
    for (const [at, column] of batch.columns.entries()) {
      if (isValid(column, row)) line += names[at]! + writers[at]!(row);
      else if (!isDeleted) line += `${names[at]!}null`;
    }
    lines.push(`${line}}\n`);
  }
  return Buffer.from(lines.join(''));
}

function writerOf(column: Column, name: string): (row: number) => string {
  const { type } = column;
  switch (column.layout) {
    case 'bits':
      return (row) => String(isSet(column.values, row));
    case 'int64':
      if (type.kind === 'time') return (row) => quote(clockText(column.values[row]!, type.unit));
      if (type.kind === 'timestamp') return (row) => quote(momentText(column.values[row]!, type, name));
      return (row) => String(column.values[row]);
    case 'bytes':
      return bytesWriter(column, name);
    default:
      if (type.kind === 'date') return (row) => quote(dayText(column.values[row]!, name));
      return (row) => numberText(column.values[row]!);
  }
}

function bytesWriter(column: BytesColumn, name: string): (row: number) => string {
  switch (column.type.kind) {
    case 'decimal':
      return (row) => bytesAt(column, row).toString('latin1');
    case 'uuid':
      return (row) => quote(bytesAt(column, row).toString('latin1').toLowerCase());
    case 'binary':
      return (row) => quote(bytesAt(column, row).toString('base64'));
    case 'json':
      return (row) => documentText(textAt(column, row, name), name);
    default:
      return (row) => JSON.stringify(textAt(column, row, name));
  }
}

const quote = (text: string): string => `"${text}"`;

function numberText(value: number): string {
  if (!Number.isFinite(value)) return quote(String(value));
  return Object.is(value, -0) ? '-0.0' : String(value);
}

function bytesAt({ data, offsets }: BytesColumn, row: number): Buffer {
  return Buffer.from(data.buffer, data.byteOffset + offsets[row]!, offsets[row + 1]! - offsets[row]!);
}

function textAt(column: BytesColumn, row: number, name: string): string {
  const bytes = bytesAt(column, row);
  if (!isUtf8(bytes)) throw rejected(name, 'its bytes are no UTF-8');
  return bytes.toString('utf8');
}

/** On one line: outside of strings JSON has line breaks as space only, and inside of them none. */
function documentText(text: string, name: string): string {
  try {
    JSON.parse(text);
  } catch {
    throw rejected(name, 'it is no JSON');
  }
  return text.replace(/[\r\n]+/g, ' ');
}

const dayMs = 86_400_000;
const digitsAfterSecond = { ms: 3, us: 6 } as const;

function dayText(days: number, name: string): string {
  return isoText(days * dayMs, name).slice(0, -'T00:00:00.000Z'.length);
}

function clockText(value: bigint, unit: 'ms' | 'us'): string {
  const perSecond = 10n ** BigInt(digitsAfterSecond[unit]);
  const seconds = Number(value / perSecond);
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':') + fraction(value % perSecond, unit);
}

function momentText(
  value: bigint,
  { unit, utc }: Extract<ColumnType, { readonly kind: 'timestamp' }>,
  name: string,
): string {
  const perSecond = 10n ** BigInt(digitsAfterSecond[unit]);
  const rest = ((value % perSecond) + perSecond) % perSecond;
  const second = isoText(Number((value - rest) / perSecond) * 1_000, name).slice(0, -'.000Z'.length);
  return second + fraction(rest, unit) + (utc ? 'Z' : '');
}

function fraction(rest: bigint, unit: 'ms' | 'us'): string {
  return `.${String(rest).padStart(digitsAfterSecond[unit], '0')}`;
}

function isoText(ms: number, name: string): string {
  const moment = new Date(ms);
  if (Number.isNaN(moment.getTime())) throw rejected(name, 'it lies outside of the calendar');
  return moment.toISOString();
}

function rejected(column: string, reason: string): WorkbenchError {
  return new WorkbenchError('SINK_REJECTED', `A value of ${column} can’t be written as JSON: ${reason}.`, {
    object: column,
  });
}
