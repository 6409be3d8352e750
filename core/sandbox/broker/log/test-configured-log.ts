/** What tests of upkeep share: logs with the settings of a topic, and those settings, which upkeep is given. */
import { parseTopicSettings, type TopicSettings } from '../topic-configs.ts';
import type { PartitionLog } from './partition-log.ts';
import type { TestRecord } from './test-batch.ts';
import { appendRecords, openLog, openNewLog } from './test-log.ts';

export const day = 86_400_000;

/** Of the log that was opened last. */
export let settings = parseTopicSettings({});

export const open = (configs: Record<string, string>): PartitionLog => openLog(settle(configs));
export const openNew = (configs: Record<string, string>): PartitionLog => openNewLog(settle(configs));

function settle(configs: Record<string, string>): TopicSettings {
  settings = parseTopicSettings({ 'segment.bytes': '1000', ...configs });
  return settings;
}

export const append = (log: PartitionLog, records: readonly TestRecord[], timestampMs = Date.now()) =>
  appendRecords(log, records, { timestampMs });
