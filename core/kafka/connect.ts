/**
 * One cluster: its brokers, the topics asked for, and connections that all end with `close()`.
 *
 * Metadata is kept for each topic that was asked for and refreshed by whoever meets an error that says it is stale.
 * Credentials, what is read-only or denied and the MB/s budget of a connection are enforced in this folder, nowhere above.
 */
import { metadataV9, metadataV10, metadataV11, metadataV12 } from '@platformatic/kafka';
import { WorkbenchError } from '#core/contract/errors.ts';
import type { KafkaAccess, ResolvedConnection } from '#core/workspace/connection.ts';
import { addressOf, type BrokerAddress, parseAddress } from './broker-address.ts';
import { type BrokerConnection, newestFirst, openBrokerConnection } from './broker-connection.ts';
import { ConnectionPool } from './connection-pool.ts';
import { brokerErrorName, rejection, responseOf, unreachable } from './error.ts';
import { isAllowed, type NamedGuard, refuseTopic } from './guard.ts';

type MetadataResponse = metadataV12.MetadataResponse;

/** `brokers`: "host:port" of some of them; the others are learned from these. */
export interface ClusterOptions extends KafkaAccess {
  readonly guard?: NamedGuard | undefined;
  readonly clientId?: string;
  readonly connectTimeoutMs?: number;
  readonly requestTimeoutMs?: number;
  readonly log?: (message: string) => void;
}

export interface PartitionMetadata {
  readonly partition: number;
  /** Node id; −1 while the partition has no leader. */
  readonly leader: number;
  readonly leaderEpoch: number;
  readonly replicas: readonly number[];
  readonly inSyncReplicas: readonly number[];
}

export interface TopicMetadata {
  readonly name: string;
  /** A UUID that changes when a topic is deleted and created again; undefined before Kafka 2.8. */
  readonly id: string | undefined;
  readonly isInternal: boolean;
  /** In order of the partition number. */
  readonly partitions: readonly PartitionMetadata[];
}

const metadataApis = newestFirst(metadataV12.api, metadataV11.api, metadataV10.api, metadataV9.api);

/** What a connection says of its cluster, its guard with it: for `openCluster`. */
export function clusterOf({ name, kafka, guard }: ResolvedConnection): ClusterOptions {
  return { ...kafka, ...(guard === undefined ? {} : { guard: { connection: name, guard } }) };
}

/** Connects to the first broker that answers. Throws KAFKA_UNREACHABLE with every address tried, KAFKA_TLS or KAFKA_AUTH. */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const cluster = new Cluster(options);
  try {
    await cluster.refresh([]);
    return cluster;
  } catch (error) {
    await cluster.close();
    throw error;
  }
}

export class Cluster {
  readonly #options: ClusterOptions;
  readonly #bootstrap: readonly BrokerAddress[];
  readonly #topics = new Map<string, TopicMetadata>();
  /** By address. */
  readonly #shared = new ConnectionPool<string>();
  readonly #open = new Set<BrokerConnection>();
  readonly #closing = new AbortController();
  #brokers: ReadonlyMap<number, BrokerAddress> = new Map();
  #clusterId = '';
  #controller = -1;

  constructor(options: ClusterOptions) {
    this.#options = options;
    this.#bootstrap = options.brokers.map(parseAddress);
  }

  /** Aborted by `close()`. */
  get closed(): AbortSignal {
    return this.#closing.signal;
  }

  get clusterId(): string {
    return this.#clusterId;
  }

  /** Node id to address, as of the last refresh. */
  get brokers(): ReadonlyMap<number, BrokerAddress> {
    return this.#brokers;
  }

  get controller(): number {
    return this.#controller;
  }

  /** Throws `TOPIC_DENIED`: for requests that name a topic without its metadata. */
  refuseTopic(name: string): void {
    refuseTopic(this.#options.guard, name);
  }

  /** Metadata of a topic, from memory when it was asked for before. Throws NOT_FOUND, TOPIC_DENIED. */
  async topic(name: string): Promise<TopicMetadata> {
    this.refuseTopic(name);
    return this.#topics.get(name) ?? (await this.refreshTopic(name));
  }

  async refreshTopic(name: string): Promise<TopicMetadata> {
    this.refuseTopic(name);
    await this.refresh([name]);
    const topic = this.#topics.get(name);
    if (topic !== undefined) return topic;
    throw new WorkbenchError('NOT_FOUND', `The cluster has no topic ${name}.`, {
      object: name,
      nextStep: 'Check the name of the topic, or create it.',
      retryable: true,
    });
  }

  /** Every topic of the cluster that is not denied; a topic whose partitions have no leader just now is listed all the same. */
  async allTopics(): Promise<readonly TopicMetadata[]> {
    await this.refresh(null);
    const { guard } = this.#options;
    return [...this.#topics.values()].filter(({ name }) => guard === undefined || isAllowed(guard.guard, name));
  }

  /** Reads brokers and the named topics anew; `null` is all topics, an empty list is brokers only. */
  async refresh(topics: readonly string[] | null): Promise<void> {
    const connection = await this.connection();
    const names = topics === null ? null : [...topics];
    const response = await requestMetadata(connection, names);
    this.#clusterId = response.clusterId ?? '';
    this.#controller = response.controllerId;
    this.#brokers = new Map(response.brokers.map(({ nodeId, host, port }) => [nodeId, { host, port }]));
    if (names === null) this.#topics.clear();
    for (const name of names ?? []) this.#topics.delete(name);
    for (const topic of response.topics) this.#keep(topic);
  }

  /** The connection that all short requests to this broker share; without `nodeId`, to any broker that answers. */
  connection(nodeId?: number): Promise<BrokerConnection> {
    if (nodeId === undefined) return this.#anyConnection();
    const broker = this.#brokers.get(nodeId);
    if (broker === undefined) return Promise.reject(this.#noBroker(nodeId));
    return this.#sharedConnection(broker);
  }

  /** A connection of the caller's own, for what may wait at the broker: long polls and acknowledgements. The caller closes it; `close()` of the cluster does at the latest. */
  async openConnection(nodeId: number, signal?: AbortSignal): Promise<BrokerConnection> {
    const broker = this.#brokers.get(nodeId);
    if (broker === undefined) throw this.#noBroker(nodeId);
    return this.#openTo(broker, signal);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all([...this.#open].map((connection) => connection.close()));
    this.#open.clear();
  }

  async #anyConnection(): Promise<BrokerConnection> {
    const failures: WorkbenchError[] = [];
    for (const broker of this.#candidates()) {
      try {
        return await this.#sharedConnection(broker);
      } catch (error) {
        if (!(error instanceof WorkbenchError) || error.code !== 'KAFKA_UNREACHABLE') throw error;
        failures.push(error);
      }
    }
    if (failures.length === 1 && failures[0] !== undefined) throw failures[0];
    const addresses = failures.map((failure) => failure.object).join(', ');
    throw new WorkbenchError(
      'KAFKA_UNREACHABLE',
      `No Kafka broker answers; tried ${addresses}. ${failures[0]?.message ?? ''}`,
      {
        object: addresses,
        retryable: true,
        cause: failures[0],
        nextStep: 'Check that the cluster runs and that this machine can reach its addresses and ports.',
      },
    );
  }

  /** Brokers learned first (a bootstrap address may be a load balancer), then those given, each address once. */
  #candidates(): BrokerAddress[] {
    const byName = new Map(
      [...this.#brokers.values(), ...this.#bootstrap].map((broker) => [addressOf(broker), broker]),
    );
    return [...byName.values()];
  }

  #sharedConnection(broker: BrokerAddress): Promise<BrokerConnection> {
    return this.#shared.get(addressOf(broker), () => this.#openTo(broker));
  }

  async #openTo(broker: BrokerAddress, signal?: AbortSignal): Promise<BrokerConnection> {
    const { clientId = 'mercury-workbench', connectTimeoutMs = 5_000, requestTimeoutMs = 30_000 } = this.#options;
    const signals = signal === undefined ? this.#closing.signal : AbortSignal.any([signal, this.#closing.signal]);
    const { tls, sasl, guard } = this.#options;
    const options = { clientId, connectTimeoutMs, requestTimeoutMs, security: { tls, sasl }, guard };
    try {
      const connection = await openBrokerConnection(broker, options, signals);
      this.#open.add(connection);
      connection.onClose(() => this.#open.delete(connection));
      this.#options.log?.(`connected to ${connection.address}`);
      return connection;
    } catch (error) {
      throw this.#explainAdvertised(broker, error);
    }
  }

  /** The commonest cause of a half-working connection: the cluster advertises an address only it can reach. */
  #explainAdvertised(broker: BrokerAddress, error: unknown): unknown {
    const isGiven = this.#bootstrap.some((given) => addressOf(given) === addressOf(broker));
    if (isGiven || !(error instanceof WorkbenchError) || error.code !== 'KAFKA_UNREACHABLE') return error;
    const nextStep = `The cluster tells clients to use ${addressOf(broker)}: make that address reachable from here, or correct the broker's advertised.listeners.`;
    return unreachable(addressOf(broker), error.cause, nextStep);
  }

  #keep(topic: MetadataResponse['topics'][number]): void {
    const { name } = topic;
    const problem = topic.errorCode === 0 ? undefined : brokerErrorName(topic.errorCode);
    if (!name || problem === 'UNKNOWN_TOPIC_OR_PARTITION') return;
    if (problem !== undefined && problem !== 'LEADER_NOT_AVAILABLE') throw rejection(topic.errorCode, name);
    const partitions = topic.partitions.map((one) => ({
      partition: one.partitionIndex,
      leader: one.leaderId,
      leaderEpoch: one.leaderEpoch,
      replicas: one.replicaNodes,
      inSyncReplicas: one.isrNodes,
    }));
    partitions.sort((a, b) => a.partition - b.partition);
    this.#topics.set(name, {
      name,
      id: topic.topicId !== name && topic.topicId !== noTopicId ? topic.topicId : undefined,
      isInternal: topic.isInternal,
      partitions,
    });
  }

  #noBroker(nodeId: number): WorkbenchError {
    const what =
      nodeId < 0
        ? 'A partition has no leader at the moment'
        : `Broker ${nodeId} is not part of the cluster at the moment`;
    return new WorkbenchError('KAFKA_UNREACHABLE', `${what}.`, {
      object: this.#options.brokers.join(', '),
      retryable: true,
      nextStep: 'Check that all brokers of the cluster run.',
    });
  }
}

/** The library throws when any topic of the answer carries a code; the answer itself is inside the error. */
async function requestMetadata(connection: BrokerConnection, topics: string[] | null): Promise<MetadataResponse> {
  try {
    return await connection.call(metadataApis, topics?.join(', ') || connection.address, topics, false);
  } catch (error) {
    const response = responseOf(error);
    if (response !== undefined) return response as MetadataResponse;
    throw error;
  }
}

/** Metadata version 9 knows no ids: there the library puts the name. */
const noTopicId = '00000000-0000-0000-0000-000000000000';
