/**
 * The sandbox's broker against a real Kafka, by Kafka's own tools: 1 KB records produced with acks=1, and consumed.
 * Then the time to its first answer, memory over 5 million records, and what it uses while nothing happens.
 *
 * `REAL_KAFKA=host:port` names the real one and `REAL_TOOL` the command that runs a class of Kafka's own tools. Optional:
 * `REAL_KAFKA_PID` for its memory, `REAL_KAFKA_RESTART` for its start: a command that stops it, starts it and returns when it answers.
 * `BENCH_RECORDS` a round, 500,000 unless given. Run: node bench/broker-vs-kafka.ts
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { alternate, compare, median, rounds, say, verdict } from './parts/measure.ts';
import { quietMoment } from './parts/quiet.ts';

const run = promisify(execFile);
const recordsPerRound = Number(process.env.BENCH_RECORDS ?? 500_000);
const megabyte = 1e6;
const idleSeconds = 30;
const { REAL_KAFKA: kafka, REAL_TOOL: tool } = process.env;

interface OwnBroker extends AsyncDisposable {
  readonly address: string;
  readonly pid: number;
  readonly readyMs: number;
}

async function openBroker(): Promise<OwnBroker> {
  const dir = await mkdtemp(join(tmpdir(), 'mercury-bench-broker-'));
  const startedAt = performance.now();
  const entry = join(import.meta.dirname, '../core/sandbox/broker/test-child.ts');
  const child: ChildProcess = spawn(process.execPath, [entry, dir], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  return {
    address: String(line).trim(),
    pid: child.pid!,
    readyMs: performance.now() - startedAt,
    async [Symbol.asyncDispose]() {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function java(className: string, args: readonly string[]): Promise<string> {
  const [file, ...first] = tool!.split(' ');
  const { stdout } = await run(file!, [...first, `org.apache.kafka.tools.${className}`, ...args], {
    maxBuffer: 1 << 26,
  });
  return stdout;
}

async function createTopic(address: string, topic: string): Promise<void> {
  await java('TopicCommand', ['--bootstrap-server', address, '--create', '--topic', topic, '--partitions', '1']);
}

/** Records a second. */
async function produce(address: string, topic: string, count: number, recordBytes = 1_000): Promise<number> {
  const size = ['--num-records', String(count), '--record-size', String(recordBytes), '--throughput', '-1'];
  const properties = ['--producer-props', `bootstrap.servers=${address}`, 'acks=1'];
  const printed = await java('ProducerPerformance', ['--topic', topic, ...size, ...properties]);
  const rates = [...printed.matchAll(/records sent, ([\d.]+) records\/sec/g)];
  return Number(rates.at(-1)?.[1] ?? Number.NaN);
}

/** Bytes a second once the partitions are assigned: a real Kafka waits three seconds before it assigns any. */
async function consume(address: string, topic: string): Promise<number> {
  const what = ['--topic', topic, '--messages', String(recordsPerRound), '--timeout', '60000'];
  const printed = await java('ConsumerPerformance', ['--bootstrap-server', address, ...what]);
  const [names, values] = printed
    .split('\n')
    .filter((line) => line.includes(','))
    .slice(-2)
    .map((line) => line.split(',').map((cell) => cell.trim()));
  return Number(values?.[names?.indexOf('fetch.MB.sec') ?? -1] ?? Number.NaN) * 1_048_576;
}

async function compareRates(ours: string, theirs: string): Promise<void> {
  const topic = `bench-${Date.now().toString(36)}`;
  const both = { sandbox: ours, Kafka: theirs };
  const each = (act: (address: string, round: number) => Promise<number>) =>
    Object.entries(both).map(([name, address]) => ({ name, run: (round: number) => act(address, round) }));
  for (const address of Object.values(both)) {
    await createTopic(address, topic);
    // Both are warm before the first round counts.
    await produce(address, topic, recordsPerRound);
  }
  const produced = await alternate(
    each((address) => produce(address, topic, recordsPerRound)),
    'records/s',
  );
  const consumed = await alternate(
    each(async (address) => (await consume(address, topic)) / megabyte),
    'MB/s',
  );
  const bar = 0.8;
  const of = (rates: Map<string, number[]>) => ({ ours: rates.get('sandbox')!, theirs: rates.get('Kafka')!, bar });
  compare({ title: 'ProducerPerformance, 1 KB, acks=1', ...of(produced), unit: 'records/s' });
  compare({ title: 'ConsumerPerformance', ...of(consumed), unit: 'MB/s' });
  await java('TopicCommand', ['--bootstrap-server', theirs, '--delete', '--topic', topic]);
}

async function compareStarts(): Promise<void> {
  const restart = process.env.REAL_KAFKA_RESTART;
  if (restart === undefined) {
    say('start to ready: skipped, REAL_KAFKA_RESTART names no command');
    return;
  }
  const ratios: number[] = [];
  for (let round = 1; round <= rounds(); round++) {
    await quietMoment();
    await using broker = await openBroker();
    const startedAt = performance.now();
    await run('sh', ['-c', restart]);
    const theirsMs = performance.now() - startedAt;
    ratios.push(theirsMs / broker.readyMs);
    say(`  round ${round}: sandbox ${Math.round(broker.readyMs)} ms, Kafka ${Math.round(theirsMs)} ms`);
  }
  say(`start to ready: ${median(ratios).toFixed(1)} times faster (${verdict(median(ratios) >= 5, '≥ 5')})`);
}

function residentBytes(pid: number): number {
  const kilobytes = readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+) kB/)?.[1];
  return Number(kilobytes) * 1024;
}

/** Resident size at 30 % and at 100 % of 5 million records, against the real one's after the same rounds. */
async function compareMemory(broker: OwnBroker): Promise<void> {
  await createTopic(broker.address, 'memory');
  await produce(broker.address, 'memory', 1_500_000, 100);
  const early = residentBytes(broker.pid);
  await produce(broker.address, 'memory', 3_500_000, 100);
  const late = residentBytes(broker.pid);
  const mb = (bytes: number) => `${Math.round(bytes / megabyte)} MB`;
  const isFlat = Math.abs(late - early) < Math.max(early * 0.1, 64 * 1024 * 1024);
  say(`resident memory at 30 % and 100 % of 5 M records: ${mb(early)}, ${mb(late)} (${verdict(isFlat, 'flat')})`);
  const pid = Number(process.env.REAL_KAFKA_PID);
  if (!(pid > 0)) {
    say("resident memory against Kafka's: skipped, REAL_KAFKA_PID names no process");
    return;
  }
  const theirs = residentBytes(pid);
  say(`resident memory: ${mb(late)} against ${mb(theirs)} (${verdict(late <= theirs / 2, '≤ half')})`);
}

async function measureIdle({ pid }: OwnBroker): Promise<void> {
  const ticks = () => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return Number(fields[11]) + Number(fields[12]);
  };
  await delay(5_000);
  const before = ticks();
  await delay(idleSeconds * 1_000);
  // A tick is a hundredth of a second.
  const share = (ticks() - before) / 100 / idleSeconds;
  say(`idle: ${(share * 100).toFixed(2)} % of a core (${verdict(share < 0.01, '< 1 %')})`);
}

if (kafka === undefined || tool === undefined) {
  say('skipped: REAL_KAFKA and REAL_TOOL name no real Kafka and no way to run its tools');
} else {
  await using broker = await openBroker();
  await compareRates(broker.address, kafka);
  await compareMemory(broker);
  await measureIdle(broker);
  await compareStarts();
}
