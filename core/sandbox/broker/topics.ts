/** The topics: names, ids, partitions and settings, kept in a journal; and the log of each partition. */
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Journal } from './journal.ts';
import { OpenFiles } from './log/open-files.ts';
import { PartitionLog } from './log/partition-log.ts';
import { checkTopicConfig, parseTopicSettings, type TopicSettings } from './topic-configs.ts';
import { ErrorCode, ProtocolError } from './wire/error-codes.ts';

const mostPartitions = 10_000;

type Configs = Readonly<Record<string, string>>;

type Entry =
  | {
      readonly op: 'create';
      readonly name: string;
      readonly id: string;
      readonly partitions: number;
      readonly configs: Configs;
    }
  | { readonly op: 'delete'; readonly id: string }
  | { readonly op: 'partitions'; readonly id: string; readonly partitions: number }
  | { readonly op: 'configs'; readonly id: string; readonly configs: Configs };

export interface Topic {
  readonly name: string;
  readonly id: string;
  readonly partitions: PartitionLog[];
  configs: Configs;
  settings: TopicSettings;
}

export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  readonly configs?: Configs | undefined;
}

export class Topics {
  readonly #byName = new Map<string, Topic>();
  readonly #byId = new Map<string, Topic>();
  readonly #dataDir: string;
  readonly #log: (line: string) => void;
  readonly #files = new OpenFiles();
  readonly #journal: Journal<Entry>;
  #isLoading = true;
  /** Grows with every change of topics. */
  revision = 0;
  /** Called with a topic that is new. */
  onCreate: (topic: Topic) => void = () => {};
  /** Called with a topic that was just deleted; groups forget its offsets. */
  onDelete: (topic: Topic) => void = () => {};

  constructor(dataDir: string, log: (line: string) => void) {
    this.#dataDir = dataDir;
    this.#log = log;
    const pending = new Map<string, Entry & { op: 'create' }>();
    this.#journal = new Journal<Entry>({
      path: join(dataDir, 'topics.journal'),
      apply: (entry) => (this.#isLoading ? replay(pending, entry) : this.#apply(entry)),
      snapshot: () => [...this.#byName.values()].map((topic) => this.#creation(topic)),
    });
    this.#isLoading = false;
    for (const entry of pending.values()) this.#apply(entry);
    this.#sweep();
  }

  /** Removes the folders of topics that were deleted just before a kill. */
  #sweep(): void {
    const root = join(this.#dataDir, 'topics');
    if (!existsSync(root)) return;
    for (const name of readdirSync(root)) {
      if (!this.#byId.has(Buffer.from(name, 'hex').toString('base64url')))
        rmSync(join(root, name), { recursive: true });
    }
  }

  #creation({ name, id, partitions, configs }: Topic): Entry {
    return { op: 'create', name, id, partitions: partitions.length, configs };
  }

  #apply(entry: Entry): void {
    this.revision++;
    if (entry.op === 'create') {
      const { name, id, configs } = entry;
      const topic: Topic = { name, id, partitions: [], configs, settings: parseTopicSettings(configs) };
      this.#addPartitions(topic, entry.partitions);
      this.#byName.set(name, topic);
      this.#byId.set(id, topic);
      this.onCreate(topic);
      return;
    }
    const topic = this.#byId.get(entry.id);
    if (topic === undefined) return;
    if (entry.op === 'partitions') this.#addPartitions(topic, entry.partitions);
    else if (entry.op === 'configs') {
      topic.configs = entry.configs;
      topic.settings = parseTopicSettings(entry.configs);
    } else {
      this.#byName.delete(topic.name);
      this.#byId.delete(topic.id);
      for (const partition of topic.partitions) partition.remove();
      this.onDelete(topic);
    }
  }

  #addPartitions(topic: Topic, count: number): void {
    const directory = join(this.#dataDir, 'topics', Buffer.from(topic.id, 'base64url').toString('hex'));
    for (let index = topic.partitions.length; index < count; index++) {
      topic.partitions.push(
        new PartitionLog({
          directory: join(directory, String(index)),
          files: this.#files,
          limits: () => topic.settings,
          log: this.#log,
        }),
      );
    }
  }

  get(name: string): Topic | undefined {
    return this.#byName.get(name);
  }

  getById(id: string): Topic | undefined {
    return this.#byId.get(id);
  }

  partition(name: string, index: number): PartitionLog | undefined {
    return this.#byName.get(name)?.partitions[index];
  }

  all(): IterableIterator<Topic> {
    return this.#byName.values();
  }

  /** Throws what is wrong with the specification, by Kafka's codes. */
  check(spec: TopicSpec): void {
    checkTopicName(spec.name);
    if (this.#byName.has(spec.name)) {
      throw new ProtocolError(ErrorCode.topicAlreadyExists, `Topic '${spec.name}' already exists.`);
    }
    if (!(spec.partitions >= 1 && spec.partitions <= mostPartitions)) {
      throw new ProtocolError(ErrorCode.invalidPartitions, `Number of partitions must be 1 to ${mostPartitions}.`);
    }
    for (const [name, value] of Object.entries(spec.configs ?? {})) checkTopicConfig(name, value);
  }

  create(spec: TopicSpec): Topic {
    this.check(spec);
    const id = randomBytes(16).toString('base64url');
    this.#journal.append({
      op: 'create',
      name: spec.name,
      id,
      partitions: spec.partitions,
      configs: spec.configs ?? {},
    });
    return this.#byName.get(spec.name)!;
  }

  delete(topic: Topic): void {
    this.#journal.append({ op: 'delete', id: topic.id });
  }

  grow(topic: Topic, partitions: number): void {
    this.#journal.append({ op: 'partitions', id: topic.id, partitions });
  }

  setConfigs(topic: Topic, configs: Configs): void {
    for (const [name, value] of Object.entries(configs)) checkTopicConfig(name, value);
    this.#journal.append({ op: 'configs', id: topic.id, configs });
  }

  close(): void {
    for (const topic of this.#byName.values()) for (const partition of topic.partitions) partition.close();
    this.#files.closeAll();
    this.#journal.close();
  }
}

/** While the journal is read, topics are only counted: a topic deleted later must not touch its files. */
function replay(pending: Map<string, Entry & { op: 'create' }>, entry: Entry): void {
  if (entry.op === 'create') pending.set(entry.id, entry);
  else if (entry.op === 'delete') pending.delete(entry.id);
  else {
    const created = pending.get(entry.id);
    if (created === undefined) return;
    const { op, id, ...change } = entry;
    pending.set(id, { ...created, ...change });
  }
}

export function checkTopicName(name: string): void {
  const wrong = (why: string) => new ProtocolError(ErrorCode.invalidTopic, `Topic name is invalid: ${why}`);
  if (name === '') throw wrong('the empty string is not allowed');
  if (name === '.' || name === '..') throw wrong(`'${name}' is not allowed`);
  if (name.length > 249) throw wrong('the length is larger than 249 characters');
  if (!/^[a-zA-Z0-9._-]+$/.test(name)) {
    throw wrong(`'${name}' has characters other than ASCII letters, digits, '.', '_' and '-'`);
  }
}
