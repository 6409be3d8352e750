/**
 * The sandbox's Kafka broker: one node on loopback, for one developer.
 *
 * A record that was acknowledged survives a kill of the process; it may not survive a power loss, since nothing is
 * synced to disk before the acknowledgement. What the broker does not do, it says by Kafka's own error codes.
 */
import { join } from 'node:path';
import { WorkbenchError } from '#core/contract/errors.ts';
import type { Node } from './api.ts';
import { apis } from './apis.ts';
import { openDataDir } from './data-dir.ts';
import { GroupCoordinator } from './groups/coordinator.ts';
import { startMaintenance } from './maintenance.ts';
import { ProducerIds } from './producer-ids.ts';
import { type BrokerServer, listen } from './server.ts';
import { Topics } from './topics.ts';
import { Transactions } from './transactions.ts';
import { ProtocolError } from './wire/error-codes.ts';

export interface BrokerOptions {
  readonly dataDir: string;
  /** The address to listen on and to name to clients; 127.0.0.1 unless given. */
  readonly host?: string;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Something went wrong, unless the level is `info`. */
  readonly log?: (line: string, level?: 'info') => void;
  /** Whether a client that asks for an unknown topic makes it, with one partition; true unless given. */
  readonly autoCreateTopics?: boolean;
}

export interface TopicSummary {
  readonly name: string;
  readonly id: string;
  readonly partitions: number;
  /** Offsets that exist, from the first to the last of each partition. */
  readonly records: bigint;
  readonly bytes: number;
}

export interface Broker {
  readonly host: string;
  readonly port: number;
  readonly clusterId: string;
  /** From memory: cheap enough to ask several times a second. */
  topics(): readonly TopicSummary[];
  /** Does nothing when the topic exists already. */
  createTopic(spec: { name: string; partitions: number; configs?: Record<string, string> }): Promise<void>;
  /** False when there is none. */
  deleteTopic(name: string): boolean;
  /** Ends every connection and marks the data as cleanly closed. */
  close(): Promise<void>;
}

/** Throws DATA_IN_USE, PORT_IN_USE or UNSUPPORTED (data of a newer format). */
export async function openBroker(options: BrokerOptions): Promise<Broker> {
  const { dataDir, host = '127.0.0.1', log = () => {}, autoCreateTopics = true } = options;
  const data = openDataDir(dataDir);
  const closers: (() => void | Promise<void>)[] = [data.release];
  const closeParts = async () => {
    for (const close of closers.reverse()) await close();
  };
  try {
    const topics = new Topics(dataDir, log);
    closers.push(() => topics.close());
    const groups = new GroupCoordinator(dataDir, topics, log);
    closers.push(() => groups.close());
    topics.onCreate = ({ name, partitions }) => log(`topic ${name} created, partitions: ${partitions.length}`, 'info');
    topics.onDelete = ({ name }) => {
      groups.offsets.removeTopic(name);
      log(`topic ${name} deleted`, 'info');
    };
    const maintenance = startMaintenance(topics, groups, log);
    closers.push(() => maintenance.close());
    const producerIds = new ProducerIds(join(dataDir, 'producer-ids'));
    const transactions = new Transactions({ dataDir, topics, offsets: groups.offsets, producerIds, log });
    closers.push(() => transactions.close());
    const server = await listen({ host, port: options.port ?? 0, log, node: () => node }).catch((error) => {
      throw listenError(error, host, options.port ?? 0);
    });
    log(`listening on ${host}:${server.port}`, 'info');
    const { clusterId } = data;
    const parts = { topics, groups, producerIds, transactions, apis };
    const node: Node = { host, port: server.port, clusterId, dataDir, autoCreateTopics, ...parts };
    return compose(node, server, closeParts);
  } catch (error) {
    await closeParts();
    throw error;
  }
}

function compose(node: Node, server: BrokerServer, closeParts: () => Promise<void>): Broker {
  let closing: Promise<void> | undefined;
  return {
    host: node.host,
    port: node.port,
    clusterId: node.clusterId,
    topics: () => summarize(node.topics),
    async createTopic(spec) {
      if (node.topics.get(spec.name) !== undefined) return;
      try {
        node.topics.create(spec);
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        throw new WorkbenchError('KAFKA_REJECTED', error.message, { object: spec.name, cause: error });
      }
    },
    deleteTopic(name) {
      const topic = node.topics.get(name);
      if (topic !== undefined) node.topics.delete(topic);
      return topic !== undefined;
    },
    close() {
      closing ??= server.close().then(closeParts);
      return closing;
    },
  };
}

function summarize(topics: Topics): TopicSummary[] {
  return [...topics.all()].map(({ name, id, partitions }) => ({
    name,
    id,
    partitions: partitions.length,
    records: BigInt(partitions.reduce((sum, log) => sum + log.endOffset - log.startOffset, 0)),
    bytes: partitions.reduce((sum, log) => sum + log.bytes, 0),
  }));
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code !== 'EADDRINUSE') return error;
  return new WorkbenchError('PORT_IN_USE', `Port ${port} is in use`, {
    object: `${host}:${port}`,
    nextStep: 'Stop what listens there, or choose another Kafka port.',
    cause: error,
  });
}
