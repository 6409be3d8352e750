/** `mercury sandbox up`, `mercury sandbox load`: Kafka, registry and Postgres on loopback in this very process. */
import { resolve } from 'node:path';
import { Command } from 'commander';
import { WorkbenchError } from '#core/contract/errors.ts';
import { aborted, stopSignal } from '#core/process/signals.ts';
import { loadFlights } from '#core/sandbox/sample/feed.ts';
import { openSandbox } from '#core/sandbox/sandbox.ts';
import { defaultCacheDir, defaultStateDir, sandboxDir } from '#core/workspace/paths.ts';
import { type AddressOptions, resolveAddresses, withAddresses } from './addresses.ts';
import { port } from './arguments.ts';
import { keptInJournal } from './journal.ts';
import { count, note, print, seconds } from './output.ts';

const feedRatePerSecond = 200;

interface UpOptions {
  readonly data: string;
  readonly kafkaPort?: number;
  readonly registryPort?: number;
  readonly postgresPort?: number;
  readonly feed: boolean;
  readonly json?: boolean;
}

export function sandboxCommand(): Command {
  const command = new Command('sandbox').description(
    'Kafka, Schema Registry and Postgres on this machine, without Docker',
  );
  command
    .command('up')
    .description('start it and stay until Ctrl-C; data and ports are kept between starts')
    .option('--data <dir>', 'folder of its data', sandboxDir(defaultStateDir()))
    .option('--kafka-port <n>', 'a free one when left out', port)
    .option('--registry-port <n>', 'a free one when left out', port)
    .option('--postgres-port <n>', 'a free one when left out', port)
    .option('--no-feed', 'without the sample feed')
    .option('--json', 'print the addresses as one line of JSON only')
    .action(up);
  withAddresses(command.command('load').description('send a sample to its topic').argument('<sample>', 'flights'))
    .option('--json', 'print the counts as one line of JSON')
    .action(load);
  return command;
}

async function up(options: UpOptions): Promise<void> {
  const stop = stopSignal();
  const sandbox = await openSandbox({
    dataDir: resolve(options.data),
    cacheDir: defaultCacheDir(),
    ports: { kafka: options.kafkaPort, registry: options.registryPort, postgres: options.postgresPort },
    feedRatePerSecond: options.feed ? feedRatePerSecond : undefined,
    log: note,
    onChange: () => {},
  });
  print(JSON.stringify(sandbox.addresses));
  if (options.json !== true) note('The sandbox runs until Ctrl-C.');
  await aborted(stop);
  await sandbox.close();
  process.exit(0);
}

async function load(sample: string, options: AddressOptions & { json?: boolean }): Promise<void> {
  if (sample !== 'flights') {
    throw new WorkbenchError('INVALID_INPUT', `there is no sample ${sample}`, { nextStep: 'The sample is `flights`.' });
  }
  const connection = resolveAddresses(options);
  if (connection.registry === undefined) {
    throw new WorkbenchError('INVALID_INPUT', 'the sample needs a Schema Registry', {
      nextStep: 'Name it with --registry.',
    });
  }
  const { kafka, registry } = connection;
  const change = { method: 'sandbox.load', kind: 'topic', name: sample, input: { sample } } as const;
  const result = await keptInJournal({ ...change, connection: connection.name }, () =>
    loadFlights({
      kafka: kafka.brokers.join(','),
      registry: registry.url,
      signal: stopSignal(),
      onProgress: progressLine(),
      log: note,
    }),
  );
  if (options.json === true) print(JSON.stringify(result));
  else print(`${count(result.sent)} records sent to ${result.topic} in ${seconds(result.seconds * 1_000)}`);
  process.exit(0);
}

/** At most one line a second. */
function progressLine(): (sent: number, total: number) => void {
  let last = performance.now();
  return (sent, total) => {
    if (performance.now() - last < 1_000) return;
    last = performance.now();
    note(`${count(sent)} of ${count(total)}`);
  };
}
