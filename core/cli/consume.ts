/** `mercury consume`: the records of a topic, decoded exactly. */
import { Command, InvalidArgumentError } from 'commander';
import type { TopicRecord } from '#core/contract/record.ts';
import { stopSignal } from '#core/process/signals.ts';
import { openEnvironment } from '#core/records/clusters.ts';
import { readRecords, type StartPosition } from '#core/records/read.ts';
import { exactJson } from '#core/serde/exact-json.ts';
import { type AddressOptions, resolveAddresses, withAddresses } from './addresses.ts';
import { atLeastOne } from './arguments.ts';
import { print, printJson } from './output.ts';

interface ConsumeOptions extends AddressOptions {
  readonly from: StartPosition;
  readonly count?: number;
  readonly untilEnd?: boolean;
  readonly json?: boolean;
}

export function consumeCommand(): Command {
  return withAddresses(new Command('consume').description('print the records of a topic').argument('<topic>'))
    .option(
      '--from <where>',
      'earliest, latest, an offset, -N (the last N of each partition) or a time like 2026-01-31T12:00Z',
      position,
      {
        at: 'earliest',
      },
    )
    .option('--count <n>', 'end after so many records', atLeastOne)
    .option('--until-end', 'end where the topic ends now')
    .option('--json', 'one JSON object a record, numbers exact')
    .action(consume);
}

async function consume(topic: string, options: ConsumeOptions): Promise<void> {
  const signal = stopSignal();
  const environment = await openEnvironment(resolveAddresses(options));
  try {
    let left = options.count ?? Number.POSITIVE_INFINITY;
    const { from, untilEnd = false } = options;
    for await (const record of readRecords(environment, { topic, from, untilEnd, signal })) {
      if (options.json === true) printJson(asJson(record));
      else print(asLine(record));
      left -= 1;
      if (left <= 0) break;
    }
  } finally {
    await environment.cluster.close();
  }
}

function asJson({ topic, partition, offset, timestamp, key, value, headers }: TopicRecord) {
  return { topic, partition, offset, timestamp, key: key.value, value: value.value, headers, schemaId: value.schemaId };
}

function asLine(record: TopicRecord): string {
  const time = new Date(Number(record.timestamp)).toISOString();
  const { partition, offset, key, value } = record;
  return `${time}  ${partition}@${offset}  ${exactJson(key.value)}  ${exactJson(value.value)}`;
}

function position(text: string): StartPosition {
  if (text === 'earliest' || text === 'latest') return { at: text };
  if (/^\d+$/.test(text)) return { offset: BigInt(text) };
  if (/^-\d+$/.test(text)) return { last: BigInt(text.slice(1)) };
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new InvalidArgumentError('Give earliest, latest, an offset, -N or a time.');
  return { timestamp: BigInt(time) };
}
