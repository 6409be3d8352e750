/** Dead letters and resets as the pages see them: letters of the faulty sample, redriven and dropped in memory. */
import { setTimeout as sleep } from 'node:timers/promises';
import { implement } from '@orpc/server';
import { contract } from '#core/contract/contract.ts';
import type { DeadLetter, LetterDetail, LetterOutcome, RedriveItem, RedrivePlan } from '#core/contract/dead-letter.ts';
import { WorkbenchError } from '#core/contract/errors.ts';
import type { ResetPreview } from '#core/contract/reset.ts';
import type { FakeWorkbench } from './fake-workbench.ts';

export const faultyPipeline = 'flights-faulty-to-postgres';
const topic = 'flights-faulty.dead-letters';
const json =
  '{"flight_id":401,"year":2013,"carrier":"UA","origin":"EWR","dest":"IAH","distance":1400,"scheduled":1357042500000}';
const bytes = new TextEncoder().encode(json);
const key = { format: 'text' as const, value: 'written-by-hand', schemaId: null, failures: [] };
const open: LetterOutcome = { state: 'open', at: null, isEdited: false, to: null, arrival: null };

export class FakeLetters {
  readonly outcomes = new Map<string, LetterOutcome>();
  /** How many there are. */
  count = 6;

  of(id: string): LetterOutcome {
    return this.outcomes.get(id) ?? open;
  }
}

function letterOf(letters: FakeLetters, index: number): DeadLetter {
  const id = `0@${index}`;
  const isSink = index % 3 === 1;
  return {
    id,
    at: Date.UTC(2026, 10, 25, 14, 2, index % 60),
    source: { topic: 'flights-faulty', partition: 0, offset: BigInt(400 + index * 7) },
    stage: isSink ? 'sink' : 'decode',
    code: isSink ? 'SINK_REJECTED' : 'DECODE_FAILED',
    message: isSink
      ? 'Postgres says: invalid byte sequence for encoding "UTF8": 0x00; column carrier (SQLSTATE 22021)'
      : 'no Confluent header: the first byte is 0x7b, not 0x00',
    key,
    sizeBytes: bytes.length + 15,
    outcome: letters.of(id),
  };
}

function detailOf(letters: FakeLetters, id: string): LetterDetail {
  return {
    ...letterOf(letters, Number(id.split('@')[1])),
    keyBytes: { bytes: new TextEncoder().encode(key.value), sizeBytes: key.value.length },
    valueBytes: { bytes, sizeBytes: bytes.length },
    value: {
      format: 'json',
      value: JSON.parse(json) as LetterDetail['value']['value'],
      schemaId: null,
      failures: [{ format: 'avro', reason: 'no Confluent header: the first byte is 0x7b, not 0x00' }],
    },
    headers: [{ name: 'trace-id', value: new TextEncoder().encode('4bf92f3577b34da6') }],
    fault: { position: 0, reason: 'no Confluent header: the first byte is 0x7b, not 0x00' },
    edit: {
      json: JSON.stringify(JSON.parse(json), null, 2),
      from: 'text',
      schemaId: 7,
      subject: 'flights-faulty-value',
    },
    editRefusal: null,
  };
}

/** As the host judges: JSON that can be parsed passes, the bytes as they are do not. */
function planOf(letters: FakeLetters, { id, change }: RedriveItem): RedrivePlan {
  const common = {
    id,
    topic: 'flights-faulty',
    partition: 0,
    key,
    value: key,
    sizeBytes: 141,
    headers: 1,
    headersLeftBehind: 10,
    outcome: letters.of(id),
  };
  if (change.type !== 'json') {
    const message = 'no Confluent header: the first byte is 0x7b, not 0x00';
    return { ...common, problem: { code: 'DECODE_FAILED', message, retryable: false }, isSendable: true };
  }
  try {
    JSON.parse(change.text);
    return { ...common, problem: null, isSendable: true };
  } catch (error) {
    const message = `it is no JSON: ${(error as Error).message}`;
    return { ...common, problem: { code: 'INVALID_INPUT', message, retryable: false }, isSendable: false };
  }
}

const os = implement(contract);

export function fakeDeadLetters(workbench: FakeWorkbench) {
  const { letters } = workbench;
  const has = (pipeline: string): boolean => pipeline === faultyPipeline && workbench.scenario === 'full';
  return {
    list: os.deadLetters.list.handler(async ({ input, signal }) => {
      while (workbench.scenario === 'loading') await sleep(100, undefined, signal === undefined ? {} : { signal });
      if (workbench.scenario === 'error') {
        throw new WorkbenchError('KAFKA_UNREACHABLE', 'no broker answers at 127.0.0.1:9092', { retryable: true });
      }
      const count = has(input.pipeline) ? letters.count : 0;
      return { topic, letters: Array.from({ length: count }, (_, index) => letterOf(letters, count - 1 - index)) };
    }),
    get: os.deadLetters.get.handler(({ input }) => detailOf(letters, input.id)),
    preview: os.deadLetters.preview.handler(({ input }) => input.letters.map((item) => planOf(letters, item))),
    redrive: os.deadLetters.redrive.handler(async function* ({ input }) {
      const total = input.letters.length;
      yield { total, sent: [], skipped: [], isDone: false };
      const sent = input.letters.map(({ id, change }, index) => {
        const to = { topic: 'flights-faulty', partition: 0, offset: 2_004n + BigInt(index) };
        const isEdited = change.type !== 'unchanged';
        letters.outcomes.set(id, {
          state: 'redriven',
          at: Date.now(),
          isEdited,
          to,
          arrival: isEdited ? 'written' : 'refused',
        });
        workbench.ask(`redrive ${id} ${change.type}`);
        return { id, to };
      });
      yield { total, sent, skipped: [], isDone: true };
    }),
    drop: os.deadLetters.drop.handler(({ input }) => {
      workbench.ask(`drop ${input.ids.join()}`);
      for (const id of input.ids) letters.outcomes.set(id, { ...open, state: 'dropped', at: Date.now() });
    }),
    restore: os.deadLetters.restore.handler(({ input }) => {
      workbench.ask(`restore ${input.ids.join()}`);
      for (const id of input.ids) letters.outcomes.delete(id);
    }),
  };
}

export function fakeResets(workbench: FakeWorkbench) {
  const rows = { count: 336_776n, isExact: true };
  const sink = { name: 'postgres', title: 'postgres · flights', guarantee: 'exactly-once' as const, rows, error: null };
  return {
    sinks: os.pipelines.sinks.handler(() => [sink]),
    previewReset: os.pipelines.previewReset.handler(({ input }): ResetPreview => {
      const isEarliest = input.to.at === 'earliest';
      const partitions = Array.from({ length: 4 }, (_, partition) => ({
        partition,
        earliest: 0n,
        latest: BigInt(84_194 + partition),
        current: BigInt(84_100 + partition),
        next: isEarliest ? 0n : BigInt(84_194 + partition),
      }));
      const again = isEarliest ? partitions.reduce((sum, { current }) => sum + current, 0n) : 0n;
      const skipped = isEarliest ? 0n : partitions.reduce((sum, { current, next }) => sum + next - current, 0n);
      return {
        sinks: [{ ...sink, partitions, again, skipped }],
        isDestructive: input.empties || skipped > 0n,
        seen: 'seen',
      };
    }),
    reset: os.pipelines.reset.handler(({ input }) => {
      workbench.ask(
        `reset ${input.name} ${input.to.at}${input.empties ? ' emptied' : ''} ${input.confirm ?? 'unconfirmed'}`,
      );
    }),
  };
}
