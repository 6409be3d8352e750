/** Which fields of an Avro schema hold a time or a day, and what their numbers mean: Avro stores them as int and long. */
import type { Value } from '#core/contract/value.ts';

const kinds = [
  'date',
  'time-millis',
  'time-micros',
  'timestamp-millis',
  'timestamp-micros',
  'timestamp-nanos',
  'local-timestamp-millis',
  'local-timestamp-micros',
  'local-timestamp-nanos',
] as const;
export type TimeKind = (typeof kinds)[number];

/** By the path of the field in a value: `time_hour`, `legs.[].landed`. */
export type TimeFields = ReadonlyMap<string, TimeKind>;

interface Definition {
  readonly type?: unknown;
  readonly logicalType?: unknown;
  readonly name?: string;
  readonly namespace?: string;
  readonly fields?: ReadonlyArray<{ readonly name: string; readonly type: unknown }>;
  readonly items?: unknown;
  readonly values?: unknown;
}

/** Types that use each other again and again end somewhere. */
const mostVisits = 10_000;

/** Empty where the text is no Avro schema. */
export function timeFields(schema: string): TimeFields {
  const found = new Map<string, TimeKind>();
  try {
    new Walk(found).visit(JSON.parse(schema), []);
  } catch {
    return new Map();
  }
  return found;
}

class Walk {
  readonly #found: Map<string, TimeKind>;
  readonly #named = new Map<string, Definition>();
  readonly #open = new Set<Definition>();
  #visits = 0;

  constructor(found: Map<string, TimeKind>) {
    this.#found = found;
  }

  visit(type: unknown, path: readonly string[]): void {
    if (++this.#visits > mostVisits) return;
    if (Array.isArray(type)) this.#visitUnion(type, path);
    else if (typeof type === 'string') {
      const named = this.#named.get(type);
      if (named !== undefined && !this.#open.has(named)) this.visit(named, path);
    } else if (typeof type === 'object' && type !== null) this.#visitDefinition(type, path);
  }

  /** With one branch beside null: of another the number may be anything. */
  #visitUnion(branches: readonly unknown[], path: readonly string[]): void {
    const [first, ...others] = branches.filter((branch) => branch !== 'null');
    if (others.length === 0) this.visit(first, path);
  }

  #visitDefinition(definition: Definition, path: readonly string[]): void {
    const { type, logicalType, name, namespace, fields, items, values } = definition;
    const kind = kinds.find((one) => one === logicalType);
    if (kind !== undefined) this.#found.set(path.join('.'), kind);
    if (name !== undefined) {
      this.#named.set(name, definition);
      if (namespace !== undefined) this.#named.set(`${namespace}.${name}`, definition);
    }
    this.#open.add(definition);
    for (const field of fields ?? []) this.visit(field.type, [...path, field.name]);
    if (type === 'array') this.visit(items, [...path, '[]']);
    else if (type === 'map') this.visit(values, [...path, '[]']);
    else if (typeof type === 'object') this.visit(type, path);
    this.#open.delete(definition);
  }
}

const perSecond = { millis: 1_000n, micros: 1_000_000n, nanos: 1_000_000_000n } as const;
const millisPerDay = 86_400_000;
/** What a date of JavaScript can hold. */
const latestSecond = 8_640_000_000_000n;

/** ISO 8601, all digits that count: `2013-01-01T10:00:00Z`, `10:00:00.000250`; undefined where the value is no such time. */
export function timeText(kind: TimeKind, value: Value): string | undefined {
  if (typeof value !== 'bigint' && typeof value !== 'number') return undefined;
  if (kind === 'date') return dateOf(Number(value) * millisPerDay)?.slice(0, 10);
  const unit = kind.split('-').at(-1) as keyof typeof perSecond;
  const count = BigInt(value);
  const fraction = ((count % perSecond[unit]) + perSecond[unit]) % perSecond[unit];
  const seconds = (count - fraction) / perSecond[unit];
  if (seconds > latestSecond || seconds < -latestSecond) return undefined;
  const date = dateOf(Number(seconds) * 1_000);
  const digits = fraction === 0n ? '' : `.${String(fraction).padStart(String(perSecond[unit]).length - 1, '0')}`;
  if (date === undefined) return undefined;
  if (kind.startsWith('time-')) return `${date.slice(11, 19)}${digits}`;
  return `${date.slice(0, 19)}${digits}${kind.startsWith('local') ? '' : 'Z'}`;
}

function dateOf(milliseconds: number): string | undefined {
  const date = new Date(milliseconds);
  // Years beyond 9999 have another form.
  const isPlain = !Number.isNaN(date.getTime()) && date.getUTCFullYear() >= 0 && date.getUTCFullYear() <= 9_999;
  return isPlain ? date.toISOString() : undefined;
}
