/**
 * The types a column can have and how each is laid out in memory (Arrow's layouts).
 *
 * | kind | layout | one value is |
 * |---|---|---|
 * | bool | bits | one bit, least significant first |
 * | int32, date | int32 | date: days since 1970-01-01 |
 * | int64, timestamp, time | int64 | time: since midnight, in `unit`; timestamp: since 1970-01-01, in `unit` |
 * | float32, float64 | float32, float64 | |
 * | utf8, json, uuid | bytes | UTF-8 text; json: one document, numbers exact; uuid: its 36 characters |
 * | binary | bytes | |
 * | decimal | bytes | the exact decimal text ("-12.340"), so that no digit is lost on the way |
 */
export type ColumnType =
  | { readonly kind: 'bool' }
  | { readonly kind: 'int32' }
  | { readonly kind: 'int64' }
  | { readonly kind: 'float32' }
  | { readonly kind: 'float64' }
  | { readonly kind: 'utf8' }
  | { readonly kind: 'binary' }
  | { readonly kind: 'uuid' }
  | { readonly kind: 'json' }
  | { readonly kind: 'date' }
  | { readonly kind: 'time'; readonly unit: 'ms' | 'us' }
  | { readonly kind: 'timestamp'; readonly unit: 'ms' | 'us'; readonly utc: boolean }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number };

export type Layout = 'bits' | 'int32' | 'int64' | 'float32' | 'float64' | 'bytes';

export interface Field {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
}

const layouts: Readonly<Record<ColumnType['kind'], Layout>> = {
  bool: 'bits',
  int32: 'int32',
  date: 'int32',
  int64: 'int64',
  time: 'int64',
  timestamp: 'int64',
  float32: 'float32',
  float64: 'float64',
  utf8: 'bytes',
  json: 'bytes',
  uuid: 'bytes',
  binary: 'bytes',
  decimal: 'bytes',
};

export function layoutOf(type: ColumnType): Layout {
  return layouts[type.kind];
}

/** The type in the words of the screen and of error messages: `timestamp[ms, utc]`, `decimal(10, 2)`. */
export function typeName(type: ColumnType): string {
  switch (type.kind) {
    case 'timestamp':
      return `timestamp[${type.unit}${type.utc ? ', utc' : ''}]`;
    case 'time':
      return `time[${type.unit}]`;
    case 'decimal':
      return `decimal(${type.precision}, ${type.scale})`;
    default:
      return type.kind;
  }
}
