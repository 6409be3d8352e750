/** `mercury topics`: the topics of a cluster. */
import { Command } from 'commander';
import { listTopics } from '#core/kafka/admin.ts';
import { openEnvironment } from '#core/records/clusters.ts';
import { type AddressOptions, resolveAddresses, withAddresses } from './addresses.ts';
import { count, print, printJson } from './output.ts';

interface TopicsOptions extends AddressOptions {
  readonly json?: boolean;
  readonly internal?: boolean;
}

export function topicsCommand(): Command {
  return withAddresses(new Command('topics').description('list the topics of a cluster'))
    .option('--internal', 'with topics that Kafka keeps for itself')
    .option('--json', 'one JSON object a topic')
    .action(topics);
}

async function topics(options: TopicsOptions): Promise<void> {
  const { cluster } = await openEnvironment(resolveAddresses(options));
  try {
    const all = await listTopics(cluster);
    const shown = all.filter((topic) => options.internal === true || !topic.internal);
    if (options.json === true) for (const topic of shown) printJson(topic);
    else printTable(shown.map((topic) => [topic.name, count(topic.partitions), count(topic.records)]));
  } finally {
    await cluster.close();
  }
}

function printTable(rows: readonly string[][]): void {
  const all = [['TOPIC', 'PARTITIONS', 'RECORDS'], ...rows];
  const nameWidth = Math.max(...all.map(([name]) => name!.length));
  for (const [name, partitions, records] of all) {
    print(`${name!.padEnd(nameWidth)}  ${partitions!.padStart(10)}  ${records!.padStart(14)}`);
  }
}
