/** Dead letters and resets on a real sandbox: what a person does after a pipeline set a record aside. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LetterChange, RedriveProgress } from '#core/contract/dead-letter.ts';
import type { ResetTarget } from '#core/contract/reset.ts';
import { PipelineEnvironments } from '../pipeline-environments.ts';
import { Resets } from '../reset.ts';
import {
  connectionOf,
  definitionOf,
  OrdersTopic,
  openWorld,
  rowsOf,
  runToEnd,
  sinks,
  type World,
} from '../test-world.ts';
import { LetterLedger } from './ledger.ts';
import { Letters } from './letters.ts';
import { readLetter } from './topic.ts';

const dir = mkdtempSync(join(tmpdir(), 'mercury-letters-'));
const never = new AbortController().signal;
let world: World;
let environments: PipelineEnvironments;

beforeAll(async () => {
  world = await openWorld();
  environments = new PipelineEnvironments(async () => connectionOf(world));
});
afterAll(async () => {
  await environments?.close();
  await world?.close();
  rmSync(dir, { recursive: true, force: true });
});

/** Opened anew each time, as after a restart of the program. */
function open(ledger = 'ledger.jsonl'): { letters: Letters; resets: Resets } {
  const definition = (name: string) => definitionOf({ topic: name });
  const whileStopped = <T>(_: string, work: () => Promise<T>): Promise<T> => work();
  const resets = new Resets({ environments, sinks, definition, whileStopped, log: () => {} });
  const arrivals = (name: string) => resets.arrivals(name);
  const letters = new Letters({ ledger: new LetterLedger(join(dir, ledger)), environments, definition, arrivals });
  return { letters, resets };
}

async function redrive(pipeline: string, id: string, change: LetterChange, again = false) {
  let last: RedriveProgress | undefined;
  for await (const step of open().letters.redrive(pipeline, [{ id, change }], again, never)) last = step;
  return last!;
}

const list = async (pipeline: string) => (await open().letters.list(pipeline, { limit: 100 }, never)).letters;
const order = (id: number) => ({ id, customer: `customer ${id}`, amount: id / 2 });
const unchanged = { type: 'unchanged' } as const;

/** Each test goes on where the one before it ended. */
describe('a letter that could not be decoded', { shuffle: false }, () => {
  const topicName = 'mended';
  const json = '{"id": 9007199254740993, "customer": "by hand", "amount": 2.5}';
  const headers = [
    { name: 'trace', value: Buffer.from([0, 255]) },
    { name: 'trace', value: null },
    // As large as a topic takes by default: the letter, which has more headers, is larger.
    { name: '', value: Buffer.alloc(1_048_000, 7) },
  ];

  beforeAll(async () => {
    const topic = await new OrdersTopic(world, topicName).open();
    const poison = { partition: 1, key: null, value: Buffer.from(json), headers };
    await topic.send({ ...topic.order(order(1)), partition: 0 }, { ...topic.order(order(2)), partition: 1 }, poison);
    expect(await runToEnd(world, { topic: topicName })).toMatchObject({ written: 2, deadLettered: 1 });
  });

  test('is listed with where it came from and why', async () => {
    expect(await list(topicName)).toMatchObject([
      {
        id: '0@0',
        source: { topic: topicName, partition: 1, offset: 1n },
        stage: 'decode',
        code: 'DECODE_FAILED',
        message: 'no Confluent header: the first byte is 0x7b, not 0x00',
        sizeBytes: json.length,
        outcome: { state: 'open' },
      },
    ]);
  });

  test('is shown byte for byte, with its own headers, the byte at fault and its text to edit', async () => {
    const letter = await open().letters.get(topicName, '0@0', never);
    expect(letter.keyBytes).toBeNull();
    expect(Buffer.from(letter.valueBytes!.bytes).toString()).toBe(json);
    expect(letter.headers.map(({ name, value }) => [name, value && Buffer.from(value).toString('base64')])).toEqual(
      headers.map(({ name, value }) => [name, value?.toString('base64') ?? null]),
    );
    expect(letter.fault).toMatchObject({ position: 0 });
    expect(letter.edit).toMatchObject({ from: 'text', subject: `${topicName}-value` });
    expect(letter.edit!.json).toContain('9007199254740993');
  });

  test('says before it is sent what would go where, and what would fail again', async () => {
    const { letters } = open();
    const { edit } = await letters.get(topicName, '0@0', never);
    const changes: LetterChange[] = [
      unchanged,
      { type: 'json', text: edit!.json, schemaId: edit!.schemaId },
      { type: 'json', text: '{"id": "x"}', schemaId: edit!.schemaId },
      { type: 'hex', text: '00 00 0' },
    ];
    const plans = await letters.preview(
      topicName,
      changes.map((change) => ({ id: '0@0', change })),
    );
    expect(plans[0]).toMatchObject({ isSendable: true, problem: { code: 'DECODE_FAILED' } });
    expect(plans[1]).toMatchObject({
      topic: topicName,
      partition: 1,
      problem: null,
      headers: 3,
      headersLeftBehind: 10,
      value: { format: 'avro', value: { id: 9007199254740993n, customer: 'by hand', amount: 2.5 } },
    });
    expect(plans[2]).toMatchObject({ isSendable: false, problem: { code: 'INVALID_INPUT', object: 'id' } });
    expect(plans[3]).toMatchObject({
      isSendable: false,
      problem: { message: 'a byte has two hex digits: one is missing' },
    });
  });

  test('is redriven with its key and headers, becomes a row, and is not sent twice by accident', async () => {
    const { edit } = await open().letters.get(topicName, '0@0', never);
    const change = { type: 'json', text: edit!.json, schemaId: edit!.schemaId } as const;
    const to = { topic: topicName, partition: 1, offset: 2n };
    expect(await redrive(topicName, '0@0', change)).toEqual({
      total: 1,
      sent: [{ id: '0@0', to }],
      skipped: [],
      isDone: true,
    });
    expect(await list(topicName)).toMatchObject([
      { outcome: { state: 'redriven', isEdited: true, to, arrival: 'waiting' } },
    ]);

    const sent = await readLetter(world.cluster, to);
    expect(sent.key).toBeNull();
    expect(sent.headers.map(({ name, value }) => [name, value && Buffer.from(value).toString('base64')])).toEqual(
      headers.map(({ name, value }) => [name, value?.toString('base64') ?? null]),
    );

    expect(await runToEnd(world, { topic: topicName })).toMatchObject({ read: 1, written: 1, deadLettered: 0 });
    const rows = await rowsOf(world, topicName);
    expect(rows.map(({ id }) => id)).toEqual(['1', '2', '9007199254740993']);
    expect(await list(topicName)).toMatchObject([{ outcome: { arrival: 'written' } }]);

    expect(await redrive(topicName, '0@0', change)).toMatchObject({
      sent: [],
      skipped: [{ id: '0@0', reason: `redriven before, to ${topicName}-1@2` }],
    });
    expect(await redrive(topicName, '0@0', change, true)).toMatchObject({ sent: [{ to: { offset: 3n } }] });
    expect(await runToEnd(world, { topic: topicName })).toMatchObject({ written: 1 });
    expect(await rowsOf(world, topicName)).toEqual(rows);
  });
});

test('a letter that is redriven unchanged comes back as another one, with the bytes it had', async () => {
  const topic = await new OrdersTopic(world, 'stubborn').open(1);
  const poison = { key: Buffer.from([0, 1]), value: Buffer.from([9, 0, 255]) };
  await topic.send(poison);
  await runToEnd(world, { topic: 'stubborn' });
  await redrive('stubborn', '0@0', unchanged);
  expect(await runToEnd(world, { topic: 'stubborn' })).toMatchObject({ deadLettered: 1 });
  const letters = await list('stubborn');
  expect(letters).toMatchObject([
    { id: '0@1', source: { offset: 1n }, outcome: { state: 'open' } },
    { id: '0@0', source: { offset: 0n }, outcome: { state: 'redriven', isEdited: false, arrival: 'refused' } },
  ]);
  const again = await readLetter(world.cluster, { topic: 'stubborn.dead', partition: 0, offset: 1n });
  expect([again.key, again.value].map((bytes) => bytes && [...bytes])).toEqual([
    [0, 1],
    [9, 0, 255],
  ]);
});

test('a letter that the sink refused is edited as its decoded value', async () => {
  const topic = await new OrdersTopic(world, 'nul').open(1);
  await topic.send(topic.order({ ...order(1), customer: 'nul \0 byte' }));
  await runToEnd(world, { topic: 'nul' });
  const letter = await open().letters.get('nul', '0@0', never);
  expect(letter).toMatchObject({ stage: 'sink', code: 'SINK_REJECTED', fault: null, edit: { from: 'decoded' } });
  const text = letter.edit!.json.replace('nul \\u0000 byte', 'mended');
  await redrive('nul', '0@0', { type: 'json', text, schemaId: letter.edit!.schemaId });
  await runToEnd(world, { topic: 'nul' });
  expect(await rowsOf(world, 'nul')).toMatchObject([{ id: '1', customer: 'mended' }]);
});

test('letters come in pages, newest first, and none of another pipeline on the same topic', async () => {
  const topic = await new OrdersTopic(world, 'many').open(1);
  const poison = (id: number) => ({ key: Buffer.from(String(id)), value: Buffer.from('poison') });
  await topic.send(...Array.from({ length: 450 }, (_, id) => poison(id)));
  await runToEnd(world, { topic: 'many' });
  await runToEnd(world, { topic: 'many', name: 'stranger' });
  const { letters } = open();
  const seen: bigint[] = [];
  let before: string | undefined;
  do {
    const page = await letters.list('many', { limit: 100, before }, never);
    expect(page.letters.length).toBeLessThanOrEqual(100);
    seen.push(...page.letters.map(({ source }) => source.offset));
    before = page.older;
  } while (before !== undefined);
  expect(seen).toEqual(Array.from({ length: 450 }, (_, index) => BigInt(449 - index)));
});

test('a dropped letter is skipped, and open again once restored', async () => {
  const topic = await new OrdersTopic(world, 'dropped').open(1);
  await topic.send({ key: null, value: Buffer.from('x') });
  await runToEnd(world, { topic: 'dropped' });
  await open().letters.drop('dropped', ['0@0']);
  expect(await list('dropped')).toMatchObject([{ outcome: { state: 'dropped' } }]);
  expect(await redrive('dropped', '0@0', unchanged)).toMatchObject({ skipped: [{ reason: 'dropped before' }] });
  await open().letters.restore('dropped', ['0@0']);
  expect(await list('dropped')).toMatchObject([{ outcome: { state: 'open' } }]);
});

test('a pipeline without letters, without a topic for them, and a letter that is gone', async () => {
  await new OrdersTopic(world, 'spotless').open(1);
  expect(await open().letters.list('spotless', { limit: 10 }, never)).toEqual({ topic: 'spotless.dead', letters: [] });
  await expect(open().letters.get('dropped', '0@99', never)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

/** As above. */
describe('a reset', { shuffle: false }, () => {
  const name = 'reset';
  const reset = async (to: ResetTarget, empties = false, confirm?: string) => {
    const { resets } = open();
    const { seen } = await resets.preview({ name, to, empties });
    await resets.reset({ name, to, empties, seen, confirm });
  };

  beforeAll(async () => {
    const topic = await new OrdersTopic(world, name).open(1);
    await topic.send(...Array.from({ length: 10 }, (_, id) => topic.order(order(id))));
    await runToEnd(world, { topic: name });
  });

  test('says for each partition what changes, and what that means for the sink', async () => {
    const { resets } = open();
    expect(await resets.preview({ name, to: { at: 'earliest' }, empties: false })).toMatchObject({
      isDestructive: false,
      sinks: [
        {
          name: 'postgres',
          rows: { count: 10n, isExact: true },
          again: 10n,
          skipped: 0n,
          partitions: [{ partition: 0, earliest: 0n, latest: 10n, current: 10n, next: 0n }],
        },
      ],
    });
    expect(await resets.preview({ name, to: { at: 'earliest' }, empties: true })).toMatchObject({
      isDestructive: true,
    });
  });

  test('to the beginning writes every row again, once', async () => {
    await reset({ at: 'earliest' });
    expect(await runToEnd(world, { topic: name })).toMatchObject({ read: 10, written: 10 });
    expect(await rowsOf(world, name)).toHaveLength(10);
  });

  test('to an offset or a time reads from there', async () => {
    await reset({ at: 'offsets', offsets: [{ partition: 0, offset: 7n }] });
    expect(await runToEnd(world, { topic: name })).toMatchObject({ read: 3 });
    await reset({ at: 'time', timestampMs: 0 });
    expect(await runToEnd(world, { topic: name })).toMatchObject({ read: 10 });
  });

  test('with an emptied table starts over, once the name is typed', async () => {
    await world.database.query(`INSERT INTO ${name} (id) VALUES (4711)`);
    await expect(reset({ at: 'earliest' }, true)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    expect(await rowsOf(world, name)).toHaveLength(11);
    await reset({ at: 'earliest' }, true, name);
    expect(await rowsOf(world, name)).toEqual([]);
    expect(await runToEnd(world, { topic: name })).toMatchObject({ read: 10 });
    expect(await rowsOf(world, name)).toHaveLength(10);
  });

  test('of what was looked at before is refused after a run', async () => {
    const { resets } = open();
    const request = { name, to: { at: 'earliest' } as const, empties: false };
    const { seen } = await resets.preview(request);
    await runToEnd(world, { topic: name });
    await expect(resets.reset({ ...request, seen })).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('to an offset that the topic does not hold is refused', async () => {
    await expect(reset({ at: 'offsets', offsets: [{ partition: 0, offset: 11n }] })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      nextStep: 'It holds the offsets 0 to 10.',
    });
  });
});
