/** The sandbox's addresses as the settings of each common client, ready to paste: each text runs as it stands. */

export interface Addresses {
  readonly kafka: string;
  /** Null while the registry is not up. */
  readonly registry: string | null;
}

export interface ClientSettings {
  readonly id: string;
  readonly title: string;
  /** Where the text goes. */
  readonly file: string;
  readonly text: string;
}

export function clientSettings(addresses: Addresses): readonly ClientSettings[] {
  return [
    { id: 'kafkajs', title: 'kafkajs', file: 'client.ts', text: kafkajs(addresses) },
    { id: 'librdkafka', title: 'librdkafka', file: 'kcat.conf', text: librdkafka(addresses) },
    { id: 'java', title: 'Java', file: 'client.properties', text: java(addresses) },
    { id: 'python', title: 'Python', file: 'client.py', text: python(addresses) },
  ];
}

function kafkajs({ kafka, registry }: Addresses): string {
  const lines = [
    "import { Kafka } from 'kafkajs';",
    ...(registry === null ? [] : ["import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';"]),
    '',
    'export const kafka = new Kafka({',
    "  clientId: 'my-service',",
    `  brokers: ['${kafka}'],`,
    '});',
    ...(registry === null ? [] : ['export const registry = new SchemaRegistry({', `  host: '${registry}',`, '});']),
  ];
  return text(lines);
}

/** The registry is no setting of librdkafka itself. */
function librdkafka({ kafka }: Addresses): string {
  return text([
    '# kcat -F kcat.conf -C -t flights -o beginning -c 10',
    `bootstrap.servers=${kafka}`,
    'security.protocol=plaintext',
    'client.id=my-service',
  ]);
}

function java({ kafka, registry }: Addresses): string {
  return text([
    `bootstrap.servers=${kafka}`,
    'security.protocol=PLAINTEXT',
    'client.id=my-service',
    ...(registry === null ? [] : ['# io.confluent:kafka-avro-serializer', `schema.registry.url=${registry}`]),
  ]);
}

function python({ kafka, registry }: Addresses): string {
  return text([
    'from confluent_kafka import Consumer',
    ...(registry === null ? [] : ['from confluent_kafka.schema_registry import SchemaRegistryClient']),
    '',
    'consumer = Consumer({',
    `    "bootstrap.servers": "${kafka}",`,
    '    "group.id": "my-service",',
    '    "auto.offset.reset": "earliest",',
    '})',
    ...(registry === null ? [] : [`registry = SchemaRegistryClient({"url": "${registry}"})`]),
  ]);
}

const text = (lines: readonly string[]): string => `${lines.join('\n')}\n`;
