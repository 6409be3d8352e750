/**
 * What the journal keeps of an input: what its schema knows, without what the contract calls `unkept`.
 *
 * The schema decides, not the value: what it has no word for is left out, so a secret can't come in by a field of another name.
 */
import { z } from 'zod';
import { unkept } from '#core/contract/journal.ts';

export interface KeptInput {
  readonly input: unknown;
  /** Texts that were left out: they may not come back by the message of an error either. */
  readonly leftOut: readonly string[];
}

const longestText = 300;
const mostItems = 20;
const wrappers = [z.ZodOptional, z.ZodNullable, z.ZodDefault, z.ZodPrefault, z.ZodReadonly, z.ZodCatch] as const;

/** `value` is what `schema` made of the input. */
export function keptInput(schema: unknown, value: unknown): KeptInput {
  const leftOut: string[] = [];
  return { input: kept(schema, value, leftOut), leftOut };
}

function kept(schema: unknown, value: unknown, leftOut: string[]): unknown {
  if (!(schema instanceof z.ZodType) || value === undefined) return undefined;
  const words = unkept.get(schema)?.words;
  if (words !== undefined) {
    leftOut.push(...textsOf(value));
    return words;
  }
  const wrapper = wrappers.find((type) => schema instanceof type);
  if (wrapper !== undefined) return value === null ? null : kept((schema as z.ZodOptional).unwrap(), value, leftOut);
  if (schema instanceof z.ZodPipe) return kept(schema.out, value, leftOut);
  if (schema instanceof z.ZodUnion) {
    return kept(
      schema.options.find((option) => (option as z.ZodType).safeParse(value).success),
      value,
      leftOut,
    );
  }
  if (schema instanceof z.ZodObject) return mapped(value, (name, item) => kept(schema.shape[name], item, leftOut));
  if (schema instanceof z.ZodRecord) return mapped(value, (_, item) => kept(schema.valueType, item, leftOut));
  if (schema instanceof z.ZodArray) return items(value as unknown[], (item) => kept(schema.element, item, leftOut));
  return plain(value);
}

function mapped(value: unknown, keep: (name: string, item: unknown) => unknown): object {
  return Object.fromEntries(Object.entries(value as object).map(([name, item]) => [name, keep(name, item)]));
}

function items(value: readonly unknown[], keep: (item: unknown) => unknown): unknown[] {
  const first = value.slice(0, mostItems).map(keep);
  return value.length > mostItems ? [...first, `… ${value.length - mostItems} more`] : first;
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'string' && value.length > longestText) {
    return `${value.slice(0, longestText)}… (${value.length} characters)`;
  }
  return typeof value === 'object' && value !== null ? '[not kept]' : value;
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
