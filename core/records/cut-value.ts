/**
 * Large values on their way to a page: what goes beyond the limit is left out and the half is marked, never bent.
 *
 * Strings and bytes keep their beginning, lists and records their first entries. A number is whole or not there.
 */
import { type Decoded, largestPageValue, type TopicRecord } from '#core/contract/record.ts';
import type { Value } from '#core/contract/value.ts';

/** Of all values of a page together: what a page of large ones shares. */
const pageCharacters = 4_000_000;
/** A list of a million numbers is as large as a long text. */
const entryCost = 8;

/** The records with their values cut so that the page stays small, whatever they hold. */
export function pageBudget(records: readonly TopicRecord[]): TopicRecord[] {
  const limit = Math.min(largestPageValue, Math.max(1_024, Math.floor(pageCharacters / Math.max(1, records.length))));
  return records.map((record) => {
    if (record.sizeBytes <= limit) return record;
    return { ...record, key: cutDecoded(record.key, limit), value: cutDecoded(record.value, limit) };
  });
}

export function cutDecoded(decoded: Decoded, limit: number): Decoded {
  const budget = { left: limit, isCut: false };
  const value = cutValue(decoded.value, budget);
  return budget.isCut ? { ...decoded, value, isCut: true } : decoded;
}

interface Budget {
  left: number;
  isCut: boolean;
}

function cutValue(value: Value, budget: Budget): Value {
  if (typeof value === 'string') return take(value, value.length, budget, (end) => value.slice(0, end));
  if (value instanceof Uint8Array) return take(value, value.length, budget, (end) => value.slice(0, end));
  budget.left -= entryCost;
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return cutList(value, budget);
  const kept: Record<string, Value> = {};
  for (const [name, item] of Object.entries(value)) {
    budget.left -= name.length;
    if (budget.left <= 0) {
      budget.isCut = true;
      break;
    }
    // A field called __proto__ is a field like any other.
    Object.defineProperty(kept, name, { value: cutValue(item, budget), enumerable: true });
  }
  return kept;
}

function cutList(list: readonly Value[], budget: Budget): Value {
  const kept: Value[] = [];
  for (const item of list) {
    if (budget.left <= 0) {
      budget.isCut = true;
      break;
    }
    kept.push(cutValue(item, budget));
  }
  return kept;
}

function take<T>(whole: T, length: number, budget: Budget, cut: (end: number) => T): T {
  const room = Math.max(0, budget.left);
  budget.left -= length + entryCost;
  if (length <= room) return whole;
  budget.isCut = true;
  return cut(room);
}
