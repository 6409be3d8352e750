/** Dead letters: each faulty record at least once, with its key, value and headers as they were, and nothing else. */
import type { IHeaders } from 'kafkajs';
import type { OffsetChange } from './audit.ts';
import type { KnownRecord } from './known-record.ts';
import type { TopicRecord } from './read-topic.ts';

export function wrongLetters(
  known: readonly KnownRecord[],
  moves: readonly OffsetChange[],
  letters: readonly TopicRecord[],
): string[] {
  const faulty = new Map(known.filter(({ fault }) => fault !== undefined).map((record) => [placeOf(record), record]));
  const found = new Set<string>();
  const wrong: string[] = [];
  for (const letter of letters) {
    const { '__connect.errors.partition': partition, '__connect.errors.offset': offset } = letter.headers;
    const from = `${partition}@${offset}`;
    const record = faulty.get(from);
    found.add(from);
    if (record === undefined) wrong.push(`a dead letter of ${from}, which is no faulty record`);
    else if (contentOf(letter) !== contentOf(record)) {
      wrong.push(`the dead letter of ${from} is ${contentOf(letter)}, the record ${contentOf(record)}`);
    }
  }
  const overwritten = overwrittenIn(known, moves);
  for (const [from, { fault }] of faulty) {
    if (!found.has(from) && !overwritten.has(from)) wrong.push(`no dead letter of ${from}: ${fault}`);
  }
  return wrong;
}

function placeOf({ partition, offset }: TopicRecord): string {
  return `${partition}@${offset}`;
}

/**
 * What the table would refuse and a later record of its batch replaces: the table need never see it, so it may become a
 * dead letter or not.
 */
function overwrittenIn(known: readonly KnownRecord[], moves: readonly OffsetChange[]): Set<string> {
  const partitions = Map.groupBy(known, ({ partition }) => partition);
  const overwritten = new Set<string>();
  for (const { partition, from, to } of moves) {
    const refused = new Map<number, string>();
    for (const record of partitions.get(partition)!.slice(from ?? 0, to ?? 0)) {
      const isDecoded = record.fault === undefined || record.fault === 'refused by the table';
      const before = refused.get(record.id);
      if (isDecoded && before !== undefined) overwritten.add(before);
      if (record.fault === 'refused by the table') refused.set(record.id, placeOf(record));
    }
  }
  return overwritten;
}

function contentOf({ key, value, headers }: TopicRecord): string {
  return JSON.stringify([key?.toString('hex'), value?.toString('hex'), headersOf(headers)]);
}

function headersOf(headers: IHeaders): unknown {
  return Object.entries(headers)
    .filter(([name]) => !name.startsWith('__connect.errors.'))
    .map(([name, values]) => [name, [values].flat().map((value) => Buffer.from(value ?? '').toString('hex'))]);
}
