/**
 * The sandbox: Kafka, Schema Registry and Postgres on loopback, real enough for unchanged clients, with a sample feed.
 *
 * One owner for a data folder at a time; data, ports and passwords are kept between starts.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { toErrorData } from '#core/contract/errors.ts';
import type { FeedStatus } from '#core/contract/live.ts';
import { lockFolder } from '#core/process/lock.ts';
import { isAlive, processStartTime } from '#core/process/start-time.ts';
import { readStateFile, writeStateFile } from '#core/workspace/state-file.ts';
import { type Broker, openBroker } from './broker/broker.ts';
import { openPostgres, type SandboxPostgres } from './postgres/postgres.ts';
import { openRegistry, type SandboxRegistry } from './registry/registry.ts';
import { loadFaults } from './sample/faults.ts';
import { type Feed, openFeed } from './sample/feed.ts';

export interface SandboxPorts {
  readonly kafka?: number | undefined;
  readonly registry?: number | undefined;
  readonly postgres?: number | undefined;
}

export interface SandboxOptions {
  readonly dataDir: string;
  readonly cacheDir: string;
  /** A port that is not given is the one of the last start, or any free one. */
  readonly ports: SandboxPorts;
  /** Records a second of the sample feed; undefined for no feed at all. */
  readonly feedRatePerSecond?: number | undefined;
  readonly log: (line: string) => void;
  /** The feed or the database changed its state. */
  readonly onChange: () => void;
}

export interface SandboxAddresses {
  /** `host:port` */
  readonly kafka: string;
  readonly registry: string;
  /** With user and password. */
  readonly postgres: string;
  readonly dataDir: string;
}

export interface Sandbox {
  readonly addresses: SandboxAddresses;
  feed(): FeedStatus | null;
  /** Bytes of the broker's logs. */
  diskBytes(): number;
  /** 0 pauses it. */
  setFeedRate(ratePerSecond: number): void;
  close(): Promise<void>;
}

const sampleTopic = 'flights';
const samplePartitions = 4;
/** Keeps a feed that runs for weeks from filling the disk: about 1 GB in all. */
const sampleRetention = { 'retention.bytes': String(256 * 1024 * 1024), 'segment.bytes': String(32 * 1024 * 1024) };

/** Throws `DATA_IN_USE` when another process owns the folder, `PORT_IN_USE` when a given port is taken. */
export async function openSandbox(options: SandboxOptions): Promise<Sandbox> {
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const lock = lockFolder(options.dataDir);
  const closers: Array<() => Promise<void>> = [async () => lock.release()];
  const closeAll = async (): Promise<void> => {
    for (const close of closers.reverse()) await close();
  };
  try {
    const servers = await openServers(options, closers);
    const addresses = announce(options.dataDir, servers);
    const feed = await startFeed(options, addresses, servers.broker, closers);
    return {
      addresses,
      feed: () => feed?.status() ?? null,
      diskBytes: () => servers.broker.topics().reduce((sum, topic) => sum + topic.bytes, 0),
      setFeedRate: (rate) => feed?.setRate(rate),
      close: closeAll,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

interface Servers {
  readonly broker: Broker;
  readonly registry: SandboxRegistry;
  readonly postgres: SandboxPostgres;
}

async function openServers(options: SandboxOptions, closers: Array<() => Promise<void>>): Promise<Servers> {
  const { dataDir, cacheDir, ports, log, onChange } = options;
  const last = readAnnouncement(dataDir);
  const keep = <T extends { close(): Promise<void> }>(server: T): T => {
    closers.push(() => server.close());
    return server;
  };
  const opening = [
    onPort(ports.kafka, portOf(last?.kafka), (port) => openBroker({ dataDir: join(dataDir, 'kafka'), port, log })).then(
      keep,
    ),
    onPort(ports.registry, portOf(last?.registry), (port) =>
      openRegistry({ dataDir: join(dataDir, 'registry'), port, log }),
    ).then(keep),
    openPostgres({
      dataDir,
      cacheDir,
      log,
      onStateChange: onChange,
      ...(ports.postgres === undefined ? {} : { port: ports.postgres }),
    }).then(keep),
  ] as const;
  // Every server that did open must be known before an error closes them all.
  await Promise.allSettled(opening);
  const [broker, registry, postgres] = await Promise.all(opening);
  return { broker, registry, postgres };
}

/** A given port is meant; a remembered one is only preferred. */
async function onPort<T>(
  given: number | undefined,
  remembered: number,
  open: (port: number) => Promise<T>,
): Promise<T> {
  if (given !== undefined || remembered === 0) return open(given ?? 0);
  try {
    return await open(remembered);
  } catch (error) {
    if (toErrorData(error).code !== 'PORT_IN_USE') throw error;
    return open(0);
  }
}

function portOf(address: string | undefined): number {
  return Number(address?.match(/:(\d+)\/?$/)?.[1] ?? 0);
}

interface RunningFeed {
  status(): FeedStatus;
  setRate(ratePerSecond: number): void;
}

async function startFeed(
  options: SandboxOptions,
  addresses: SandboxAddresses,
  broker: Broker,
  closers: Array<() => Promise<void>>,
): Promise<RunningFeed | undefined> {
  const ratePerSecond = options.feedRatePerSecond;
  if (ratePerSecond === undefined) return undefined;
  await broker.createTopic({ name: sampleTopic, partitions: samplePartitions, configs: sampleRetention });
  const { kafka, registry } = addresses;
  const feed = await openFeed({ kafka, registry, ratePerSecond: Math.max(1, ratePerSecond), log: options.log });
  closers.push(() => feed.close());
  if (ratePerSecond === 0) feed.pause();
  // Written once, behind the start; closing waits for it, since a topic half written is never completed.
  const faults = loadFaults({ kafka, registry }).catch((error: unknown) => options.log(toErrorData(error).message));
  closers.push(() => faults.then(() => {}));
  return {
    status: () => feedStatus(feed),
    setRate: (rate) => {
      if (rate === 0) feed.pause();
      else {
        feed.setRate(rate);
        feed.resume();
      }
      options.onChange();
    },
  };
}

function feedStatus(feed: Feed): FeedStatus {
  const { topic, sent, isPaused } = feed;
  return { topic, sent, state: isPaused ? 'paused' : 'running', ratePerSecond: isPaused ? 0 : feed.ratePerSecond };
}

const announcementSchema = z.object({
  kafka: z.string(),
  registry: z.string(),
  postgres: z.string(),
  dataDir: z.string(),
  pid: z.int(),
  startTime: z.string().optional(),
});

const announcementFile = (dataDir: string): string => join(dataDir, 'sandbox.json');

function announce(dataDir: string, servers: Servers): SandboxAddresses {
  const { broker, registry, postgres } = servers;
  const addresses = { kafka: `${broker.host}:${broker.port}`, registry: registry.url, postgres: postgres.url, dataDir };
  const { pid } = process;
  writeStateFile(announcementFile(dataDir), { ...addresses, pid, startTime: processStartTime(pid) });
  return addresses;
}

function readAnnouncement(dataDir: string): z.infer<typeof announcementSchema> | undefined {
  return readStateFile(announcementFile(dataDir), announcementSchema);
}

/** The addresses of the sandbox that runs on this data folder, whoever started it; undefined when none does. */
export function findSandbox(dataDir: string): SandboxAddresses | undefined {
  const found = readAnnouncement(dataDir);
  return found !== undefined && isAlive(found.pid, found.startTime) ? found : undefined;
}
