/** The topic settings that exist, their types and defaults, and the parsed form that the log obeys. */
import { ErrorCode, ProtocolError } from './wire/error-codes.ts';

type Kind = 'boolean' | 'string' | 'int' | 'long' | 'double' | 'list';

export interface ConfigDefinition {
  readonly kind: Kind;
  readonly fallback: string;
  readonly doc: string;
  readonly allowed?: readonly string[];
  readonly least?: number;
  /** The setting of the broker that a topic without its own one follows. */
  readonly brokerName?: string;
}

const define = (kind: Kind, fallback: string, doc: string, rest: Partial<ConfigDefinition> = {}): ConfigDefinition => ({
  kind,
  fallback,
  doc,
  ...rest,
});

const brokerNames: Readonly<Record<string, string>> = {
  'cleanup.policy': 'log.cleanup.policy',
  'compression.type': 'compression.type',
  'delete.retention.ms': 'log.cleaner.delete.retention.ms',
  'file.delete.delay.ms': 'log.segment.delete.delay.ms',
  'flush.messages': 'log.flush.interval.messages',
  'flush.ms': 'log.flush.interval.ms',
  'index.interval.bytes': 'log.index.interval.bytes',
  'max.message.bytes': 'message.max.bytes',
  'message.timestamp.after.max.ms': 'log.message.timestamp.after.max.ms',
  'message.timestamp.before.max.ms': 'log.message.timestamp.before.max.ms',
  'message.timestamp.type': 'log.message.timestamp.type',
  'min.cleanable.dirty.ratio': 'log.cleaner.min.cleanable.ratio',
  'min.compaction.lag.ms': 'log.cleaner.min.compaction.lag.ms',
  'max.compaction.lag.ms': 'log.cleaner.max.compaction.lag.ms',
  'min.insync.replicas': 'min.insync.replicas',
  preallocate: 'log.preallocate',
  'retention.bytes': 'log.retention.bytes',
  'retention.ms': 'log.retention.ms',
  'segment.bytes': 'log.segment.bytes',
  'segment.index.bytes': 'log.index.size.max.bytes',
  'segment.jitter.ms': 'log.roll.jitter.ms',
  'segment.ms': 'log.roll.ms',
  'unclean.leader.election.enable': 'unclean.leader.election.enable',
};

/** Names, types and defaults are Kafka's. Those marked "kept" are stored and shown, and change nothing here. */
const definitions: Readonly<Record<string, ConfigDefinition>> = {
  'cleanup.policy': define('list', 'delete', 'delete old segments, compact by key, or both', {
    allowed: ['delete', 'compact'],
  }),
  'compression.type': define('string', 'producer', 'batches are stored as the producer compressed them', {
    allowed: ['producer', 'uncompressed', 'gzip', 'snappy', 'lz4', 'zstd'],
  }),
  'delete.retention.ms': define('long', '86400000', 'how long a tombstone outlives compaction', { least: 0 }),
  'file.delete.delay.ms': define('long', '60000', 'kept', { least: 0 }),
  'flush.messages': define('long', '9223372036854775807', 'kept', { least: 1 }),
  'flush.ms': define('long', '9223372036854775807', 'kept', { least: 0 }),
  'follower.replication.throttled.replicas': define('list', '', 'kept'),
  'index.interval.bytes': define('int', '4096', 'kept', { least: 0 }),
  'leader.replication.throttled.replicas': define('list', '', 'kept'),
  'local.retention.bytes': define('long', '-2', 'kept', { least: -2 }),
  'local.retention.ms': define('long', '-2', 'kept', { least: -2 }),
  'max.compaction.lag.ms': define('long', '9223372036854775807', 'kept', { least: 1 }),
  'max.message.bytes': define('int', '1048588', 'the largest record batch that is accepted', { least: 0 }),
  'message.timestamp.after.max.ms': define('long', '3600000', 'how far in the future a timestamp may lie', {
    least: 0,
  }),
  'message.timestamp.before.max.ms': define('long', '9223372036854775807', 'how old a timestamp may be', { least: 0 }),
  'message.timestamp.type': define('string', 'CreateTime', "the producer's time or the broker's", {
    allowed: ['CreateTime', 'LogAppendTime'],
  }),
  'min.cleanable.dirty.ratio': define('double', '0.5', 'the share of uncompacted bytes that starts a compaction', {
    least: 0,
  }),
  'min.compaction.lag.ms': define('long', '0', 'how long a record stays uncompacted', { least: 0 }),
  'min.insync.replicas': define('int', '1', 'kept', { least: 1 }),
  preallocate: define('boolean', 'false', 'kept'),
  'remote.storage.enable': define('boolean', 'false', 'kept'),
  'retention.bytes': define('long', '-1', 'the size above which old segments of a partition are deleted', {
    least: -1,
  }),
  'retention.ms': define('long', '604800000', 'the age after which a segment is deleted', { least: -1 }),
  'segment.bytes': define('int', '1073741824', 'the size at which a new segment begins', { least: 14 }),
  'segment.index.bytes': define('int', '10485760', 'kept', { least: 4 }),
  'segment.jitter.ms': define('long', '0', 'kept', { least: 0 }),
  'segment.ms': define('long', '604800000', 'the age at which a new segment begins', { least: 1 }),
  'unclean.leader.election.enable': define('boolean', 'false', 'kept'),
};

export const topicConfigs: Readonly<Record<string, ConfigDefinition>> = Object.fromEntries(
  Object.entries(definitions).map(([name, definition]) => {
    const brokerName = brokerNames[name];
    return [name, brokerName === undefined ? definition : { ...definition, brokerName }];
  }),
);

/** Throws INVALID_CONFIG in words that name the setting. */
export function checkTopicConfig(name: string, value: string): void {
  const definition = topicConfigs[name];
  if (definition === undefined) throw invalid(`Unknown topic config name: ${name}`);
  const { kind, allowed, least } = definition;
  const wrong = () => invalid(`Invalid value ${value} for configuration ${name}`);
  if (kind === 'boolean' && !/^(true|false)$/i.test(value)) throw wrong();
  if (kind === 'int' || kind === 'long') {
    if (!/^[+-]?\d{1,19}$/.test(value.trim())) throw wrong();
    const number = BigInt(value.trim());
    const most = kind === 'int' ? 2_147_483_647n : 9_223_372_036_854_775_807n;
    if (number > most || number < -most - 1n || (least !== undefined && number < least)) throw wrong();
  }
  if (kind === 'double' && !(Number(value) >= (least ?? 0) && Number(value) <= 1)) throw wrong();
  if (allowed === undefined) return;
  const given = kind === 'list' ? value.split(',').map((part) => part.trim()) : [value];
  if (!given.every((part) => allowed.includes(part))) throw wrong();
}

function invalid(message: string): ProtocolError {
  return new ProtocolError(ErrorCode.invalidConfig, message);
}

export interface TopicSettings {
  readonly deletes: boolean;
  readonly compacts: boolean;
  readonly deleteRetentionMs: number;
  readonly maxMessageBytes: number;
  readonly timestampAfterMaxMs: number;
  readonly timestampBeforeMaxMs: number;
  readonly appendTime: boolean;
  readonly minCleanableRatio: number;
  readonly minCompactionLagMs: number;
  readonly retentionBytes: number;
  readonly retentionMs: number;
  readonly segmentBytes: number;
  readonly segmentMs: number;
}

export function parseTopicSettings(configs: Readonly<Record<string, string>>): TopicSettings {
  const text = (name: string) => configs[name] ?? topicConfigs[name]!.fallback;
  const number = (name: string) => Number(text(name));
  const policy = text('cleanup.policy')
    .split(',')
    .map((part) => part.trim());
  return {
    deletes: policy.includes('delete'),
    compacts: policy.includes('compact'),
    deleteRetentionMs: number('delete.retention.ms'),
    maxMessageBytes: number('max.message.bytes'),
    timestampAfterMaxMs: number('message.timestamp.after.max.ms'),
    timestampBeforeMaxMs: number('message.timestamp.before.max.ms'),
    appendTime: text('message.timestamp.type') === 'LogAppendTime',
    minCleanableRatio: number('min.cleanable.dirty.ratio'),
    minCompactionLagMs: number('min.compaction.lag.ms'),
    retentionBytes: number('retention.bytes'),
    retentionMs: number('retention.ms'),
    segmentBytes: number('segment.bytes'),
    segmentMs: number('segment.ms'),
  };
}
