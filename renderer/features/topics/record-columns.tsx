/**
 * The columns of the records grid: where each record is, its key, then a column for each field of its value.
 *
 * Columns are only ever added while older records come in, so nothing the user looks at moves.
 */
import type { Decoded, TopicRecord } from '#core/contract/record.ts';
import type { Value } from '#core/contract/value.ts';
import { type TimeKind, timeText } from '../../lib/avro-times.ts';
import { inline, isRecord, kindOf, wholeText } from '../../lib/exact.ts';
import { formatCount, formatTimestamp } from '../../lib/format.ts';
import type { Column } from '../../ui/data-table.tsx';
import { ValueText } from '../../ui/value-text.tsx';
import { type Times, timesOf } from './use-time-fields.ts';

/** Wider records are read in the inspector: a grid of a thousand columns helps nobody. */
const mostFields = 80;
const cellCharacters = 120;
/** Of a value that has the whole row. */
const plainCharacters = 400;
const characterWidth = 7.25;
const padding = 20;
/** A second of a timestamp and the zone. */
const timeWidth = 172;
const widthLimits = [64, 300] as const;
/** So many records decide how wide a column is. */
const sampleSize = 100;

export interface FieldColumn {
  readonly name: string;
  readonly isNumeric: boolean;
  readonly width: number;
}

export interface RecordShape {
  readonly fields: readonly FieldColumn[];
  /** Fields beyond the most that are shown. */
  readonly hiddenFields: number;
  readonly keyWidth: number;
  /** How most values of the topic were decoded: one that was not is marked. Undefined before the first record. */
  readonly usualFormat: Decoded['format'] | undefined;
}

const emptyShape: RecordShape = { fields: [], hiddenFields: 0, keyWidth: 96, usualFormat: undefined };

/** `before`: the shape shown until now; its columns keep their place and width. */
export function shapeOf(records: readonly TopicRecord[], before: RecordShape = emptyShape): RecordShape {
  const known = new Set(before.fields.map(({ name }) => name));
  const found = new Map<string, Value[]>();
  for (const { value } of records) {
    if (!isRecord(value.value)) continue;
    for (const [name, field] of Object.entries(value.value)) {
      if (known.has(name)) continue;
      const sample = found.get(name);
      if (sample === undefined) found.set(name, [field]);
      else if (sample.length < sampleSize) sample.push(field);
    }
  }
  const room = Math.max(0, mostFields - before.fields.length);
  const added = [...found].slice(0, room).map(([name, sample]) => fieldColumn(name, sample));
  const keys = records.slice(0, sampleSize).map(({ key }) => key.value);
  return {
    fields: [...before.fields, ...added],
    hiddenFields: Math.max(before.hiddenFields, found.size - added.length),
    keyWidth: Math.max(before.keyWidth, widthOf('Key', keys)),
    usualFormat: before.usualFormat ?? mostFrequent(records.map(({ value }) => value.format)),
  };
}

/** A tombstone is as it should be, whatever the others are. */
export function isOddRecord({ value }: TopicRecord, usual: Decoded['format'] | undefined): boolean {
  return value.failures.length > 0 && value.format !== usual;
}

function mostFrequent<T>(items: readonly T[]): T | undefined {
  const counts = Map.groupBy(items, (item) => item);
  return [...counts].reduce<readonly [T, readonly T[]] | undefined>(
    (most, each) => (most === undefined || each[1].length > most[1].length ? each : most),
    undefined,
  )?.[0];
}

function fieldColumn(name: string, sample: readonly Value[]): FieldColumn {
  const isNumeric = sample.every((value) => value === null || kindOf(value) === 'number');
  return { name, isNumeric: isNumeric && sample.some((value) => value !== null), width: widthOf(name, sample) };
}

function widthOf(title: string, sample: readonly Value[]): number {
  const longest = sample.reduce<number>(
    (length, value) => Math.max(length, inline(value, cellCharacters).text.length),
    title.length,
  );
  return Math.round(Math.min(widthLimits[1], Math.max(widthLimits[0], longest * characterWidth + padding)));
}

export function recordColumns({ fields, keyWidth }: RecordShape, times: Times): readonly Column<TopicRecord>[] {
  const isTime = (name: string): boolean => times.values().some((its) => its.has(name));
  return [
    { id: 'time', title: 'Time', width: 204, cell: (record) => <Time timestamp={record.timestamp} /> },
    {
      id: 'partition',
      title: 'Part.',
      width: 56,
      align: 'right',
      cell: (record) => <span className="data text-muted">{record.partition}</span>,
    },
    {
      id: 'offset',
      title: 'Offset',
      width: 96,
      align: 'right',
      cell: (record) => <span className="data">{formatCount(record.offset)}</span>,
      text: ({ offset }) => String(offset),
    },
    {
      id: 'key',
      title: 'Key',
      width: keyWidth,
      cell: ({ key }) => <Cell value={key.value} />,
      text: ({ key }) => wholeText(key.value),
    },
    ...(fields.length === 0
      ? [
          {
            id: ' value',
            title: 'Value',
            width: 'minmax(300px, 1fr)',
            startsGroup: true,
            cell: plainValue,
            text: plainText,
          },
        ]
      : []),
    ...fields.map(({ name, width, isNumeric }, index) => ({
      id: `field ${name}`,
      title: name,
      width: (isTime(name) ? Math.max(width, timeWidth) : width) + (index === 0 ? 12 : 0),
      ...(isNumeric && !isTime(name) ? { align: 'right' as const } : {}),
      ...(index === 0 ? { startsGroup: true } : {}),
      cell: (record: TopicRecord) => fieldOf(record, name, times),
      text: (record: TopicRecord) => fieldText(record, name, times),
    })),
    ...(fields.length === 0 ? [] : [{ id: ' rest', title: '', width: 'minmax(0, 1fr)', cell: () => null }]),
  ];
}

function Time({ timestamp }: { readonly timestamp: bigint }) {
  const [date, time] = formatTimestamp(timestamp).split(' ');
  return (
    <span className="data">
      <span className="text-faint">{date}</span> {time}
    </span>
  );
}

function Cell({ value }: { readonly value: Value }) {
  return (
    <span className="data">
      <ValueText value={value} limit={cellCharacters} plain />
    </span>
  );
}

/** A value that is no record (text, bytes, a tombstone) takes the place of the fields. */
export const plainValues = { from: 4, cell: plainValue } as const;

function plainValue({ value }: TopicRecord) {
  if (isRecord(value.value)) return undefined;
  if (value.format === 'null') return <span className="data text-faint">null (tombstone)</span>;
  return (
    <span className="data">
      {value.failures.length > 0 && <span className="mr-1.5 text-warn">{value.format}</span>}
      <ValueText value={value.value} limit={plainCharacters} plain />
    </span>
  );
}

function fieldOf({ value }: TopicRecord, name: string, times: Times) {
  if (!isRecord(value.value)) return null;
  const field = value.value[name];
  if (field === undefined) return null;
  const kind = timesOf(times, value).get(name);
  return kind === undefined ? <Cell value={field} /> : <TimeCell kind={kind} value={field} />;
}

const plainText = ({ value }: TopicRecord): string | undefined => wholeText(value.value);

/** A time as it is shown; a value that is no record stands in the place of its fields. */
function fieldText(record: TopicRecord, name: string, times: Times): string | undefined {
  const { value } = record;
  if (!isRecord(value.value)) return plainText(record);
  return timesOf(times, value).has(name) ? undefined : wholeText(value.value[name]);
}

/** The number is on hover and in the inspector. */
function TimeCell({ kind, value }: { readonly kind: TimeKind; readonly value: Value }) {
  const text = timeText(kind, value);
  if (text === undefined) return <Cell value={value} />;
  return (
    <span className="data" title={`${kind} ${value}`}>
      {text}
    </span>
  );
}
