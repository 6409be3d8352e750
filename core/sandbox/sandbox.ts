/**
 * The sandbox: Kafka, Schema Registry and Postgres on loopback, real enough for unchanged clients, with a sample feed.
 *
 * One owner for a data folder at a time; data, ports and passwords are kept between starts.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { toErrorData, WorkbenchError } from '#core/contract/errors.ts';
import type { FeedStatus } from '#core/contract/live.ts';
import type { NewSandboxTopic, SandboxDisk, SandboxPart } from '#core/contract/sandbox.ts';
import { lockFolder } from '#core/process/lock.ts';
import { isAlive, processStartTime } from '#core/process/start-time.ts';
import { readStateFile, writeStateFile } from '#core/workspace/state-file.ts';
import { type Broker, openBroker } from './broker/broker.ts';
import { folderBytes } from './disk.ts';
import { type Line, type Log, parsePostgresLine } from './line.ts';
import { clusterFolder } from './postgres/placement.ts';
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
  /** What goes wrong. */
  readonly log: (line: string) => void;
  /** The same, and what merely happens. */
  readonly onLine?: (line: Line) => void;
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
  /** Bytes of each server's files. */
  disk(): Promise<SandboxDisk>;
  /** Throws `CONFLICT` when there is one of that name. */
  createTopic(topic: NewSandboxTopic): Promise<void>;
  /** Throws `NOT_FOUND`, and `CONFLICT` for the topic that the feed writes to. */
  deleteTopic(name: string): void;
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
      disk: () => measure(options.dataDir),
      createTopic: (topic) => createTopic(servers.broker, topic),
      deleteTopic: (name) => deleteTopic(servers.broker, name, feed !== undefined),
      close: closeAll,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** A log for one part: problems go to `log` as well. */
function logOf({ log, onLine }: SandboxOptions, part: SandboxPart): Log {
  return (text, level = 'warning') => {
    if (level !== 'info') log(text);
    onLine?.({ at: Date.now(), part, level, text });
  };
}

async function measure(dataDir: string): Promise<SandboxDisk> {
  const folders = [join(dataDir, 'kafka'), join(dataDir, 'registry'), clusterFolder(join(dataDir, 'postgres'))];
  const [broker, registry, postgres] = await Promise.all(folders.map(folderBytes));
  return { broker: broker!, registry: registry!, postgres: postgres! };
}

async function createTopic(broker: Broker, { name, partitions, cleanupPolicy }: NewSandboxTopic): Promise<void> {
  if (broker.topics().some((topic) => topic.name === name)) {
    throw new WorkbenchError('CONFLICT', `there is a topic ${name} already`, {
      object: name,
      nextStep: 'Choose another name.',
    });
  }
  await broker.createTopic({ name, partitions, configs: { 'cleanup.policy': cleanupPolicy } });
}

function deleteTopic(broker: Broker, name: string, hasFeed: boolean): void {
  if (hasFeed && name === sampleTopic) {
    throw new WorkbenchError('CONFLICT', `the sample feed writes to ${name}`, {
      object: name,
      nextStep: 'Reset the sandbox to empty it.',
    });
  }
  if (!broker.deleteTopic(name)) throw new WorkbenchError('NOT_FOUND', `there is no topic ${name}`, { object: name });
}

interface Servers {
  readonly broker: Broker;
  readonly registry: SandboxRegistry;
  readonly postgres: SandboxPostgres;
}

async function openServers(options: SandboxOptions, closers: Array<() => Promise<void>>): Promise<Servers> {
  const { dataDir, cacheDir, ports, onChange } = options;
  const postgresLog = logOf(options, 'postgres');
  const last = readAnnouncement(dataDir);
  const keep = <T extends { close(): Promise<void> }>(server: T): T => {
    closers.push(() => server.close());
    return server;
  };
  const opening = [
    onPort(ports.kafka, portOf(last?.kafka), (port) =>
      openBroker({ dataDir: join(dataDir, 'kafka'), port, log: logOf(options, 'broker') }),
    ).then(keep),
    onPort(ports.registry, portOf(last?.registry), (port) =>
      openRegistry({ dataDir: join(dataDir, 'registry'), port, log: logOf(options, 'registry') }),
    ).then(keep),
    openPostgres({
      dataDir,
      cacheDir,
      log: postgresLog,
      onServerLine: (line) => {
        const { level, text } = parsePostgresLine(line);
        // Its problems are its clients' as a rule: they are told in the log of the sandbox only.
        options.onLine?.({ at: Date.now(), part: 'postgres', level, text });
      },
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
  const log = logOf(options, 'feed');
  const feed = await openFeed({ kafka, registry, ratePerSecond: Math.max(1, ratePerSecond), log });
  log(`sending ${ratePerSecond} records a second to ${sampleTopic}`, 'info');
  closers.push(() => feed.close());
  if (ratePerSecond === 0) feed.pause();
  // Written once, behind the start; closing waits for it, since a topic half written is never completed.
  const faults = loadFaults({ kafka, registry }).catch((error: unknown) => log(toErrorData(error).message));
  closers.push(() => faults.then(() => {}));
  return {
    status: () => feedStatus(feed),
    setRate: (rate) => {
      if (rate === 0) feed.pause();
      else {
        feed.setRate(rate);
        feed.resume();
      }
      log(rate === 0 ? 'paused' : `sending ${rate} records a second to ${sampleTopic}`, 'info');
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
