/** What the writer sends: rows by key, tombstones, rows after tombstones, and records that can't become rows. */
import type { Random } from './random.ts';

export const schema = JSON.stringify({
  type: 'record',
  name: 'Reading',
  fields: [
    { name: 'id', type: 'long' },
    { name: 'seq', type: 'long' },
    { name: 'label', type: 'string' },
    { name: 'amount', type: ['null', 'double'], default: null },
    { name: 'isValid', type: 'boolean' },
  ],
});

export const partitions = 4;
/** Names the kind of fault on records that must end as dead letters. */
export const faultHeader = 'fault';

export interface Reading {
  readonly id: number;
  /** Tells every record from all others, whatever its key. */
  readonly seq: number;
  readonly label: string;
  readonly amount: number | null;
  readonly isValid: boolean;
}

export type Headers = Record<string, Buffer | Buffer[]>;

export interface Message {
  readonly seq: number;
  readonly partition: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Headers;
}

export type Encode = (reading: Reading) => Promise<Buffer>;

/** Few enough that a batch of 500 often holds one twice. */
const sharedKeys = 1_500;
const firstUniqueKey = 1_000_000;

/** The record number `seq`: half of them are the only one of their key, the others meet again and again. */
export async function makeMessage(seq: number, random: Random, encode: Encode): Promise<Message> {
  const dice = random.next(1_000);
  if (dice < 6) return makeFault(seq, random, encode);
  const isUnique = dice < 500;
  const id = isUnique ? firstUniqueKey + seq : random.next(sharedKeys);
  const isTombstone = !isUnique && dice % 5 === 0;
  const reading: Reading = {
    id,
    seq,
    label: `${random.pick(['né', 'plain', '', '雨'])} ${seq}`,
    amount: dice % 7 === 0 ? null : dice / 3,
    isValid: dice % 2 === 0,
  };
  // The sequence number of a tombstone can stand in a header only.
  const headers: Headers = isTombstone ? { seq: Buffer.from(String(seq)) } : {};
  return { ...addressed(id), seq, value: isTombstone ? null : await encode(reading), headers };
}

function addressed(id: number) {
  return { key: Buffer.from(String(id)), partition: id % partitions };
}

const faults = ['no header', 'unknown schema', 'truncated', 'refused by the table', 'tombstone without key'] as const;
export type Fault = (typeof faults)[number];

async function makeFault(seq: number, random: Random, encode: Encode): Promise<Message> {
  const fault = random.pick(faults);
  const id = random.next(sharedKeys);
  const reading: Reading = { id, seq, label: 'a nul \0 byte', amount: null, isValid: false };
  const encoded = await encode(reading);
  const bytes = Buffer.from([1, 0, 255, seq & 255]);
  const headers: Headers = {
    [faultHeader]: Buffer.from(fault),
    seq: Buffer.from(String(seq)),
    trace: [bytes, Buffer.alloc(0), bytes],
  };
  const values = {
    'no header': Buffer.from(`no avro ${seq}`),
    'unknown schema': Buffer.concat([Buffer.from([0, 0, 15, 66, 63]), bytes]),
    truncated: encoded.subarray(0, encoded.length - 9),
    'refused by the table': encoded,
    'tombstone without key': null,
  };
  const message = { ...addressed(id), seq, value: values[fault], headers };
  return fault === 'tombstone without key' ? { ...message, key: null } : message;
}
