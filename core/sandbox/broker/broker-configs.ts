/** The broker's own settings as clients may look at them. None can be changed: they say how this broker behaves. */
import { type Node, nodeId } from './api.ts';
import { leastSessionTimeoutMs, mostSessionTimeoutMs } from './groups/coordinator.ts';
import { type ConfigDefinition, topicConfigs } from './topic-configs.ts';

type Kind = ConfigDefinition['kind'];

const own = (kind: Kind, fallback: string): ConfigDefinition => ({ kind, fallback, doc: '' });

export function brokerConfigs(node: Node): Record<string, ConfigDefinition> {
  const listener = `PLAINTEXT://${node.host}:${node.port}`;
  const defaults = Object.values(topicConfigs).flatMap((config) =>
    config.brokerName === undefined ? [] : [[config.brokerName, config] as const],
  );
  return {
    ...Object.fromEntries(defaults),
    'advertised.listeners': own('string', listener),
    'auto.create.topics.enable': own('boolean', String(node.autoCreateTopics)),
    'broker.id': own('int', String(nodeId)),
    'default.replication.factor': own('int', '1'),
    'delete.topic.enable': own('boolean', 'true'),
    'fetch.max.bytes': own('int', '57671680'),
    'group.initial.rebalance.delay.ms': own('int', '0'),
    'group.max.session.timeout.ms': own('int', String(mostSessionTimeoutMs)),
    'group.min.session.timeout.ms': own('int', String(leastSessionTimeoutMs)),
    listeners: own('string', listener),
    'log.dirs': own('string', node.dataDir),
    'node.id': own('int', String(nodeId)),
    'num.partitions': own('int', '1'),
    'offset.metadata.max.bytes': own('int', '4096'),
    'offsets.retention.minutes': own('int', '10080'),
    'socket.request.max.bytes': own('int', '104857600'),
  };
}
