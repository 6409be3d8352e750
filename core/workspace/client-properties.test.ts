/** Configurations of Java clients and librdkafka, and what of them can’t be taken over. */
import { expect, test } from 'vitest';
import { parseClientProperties, readProperties } from './client-properties.ts';

const noPems = { ca: null, cert: null, key: null };

test('a Java client of a managed cluster', () => {
  const { secrets, ...found } = parseClientProperties(`
# Required connection configs for Kafka producer, consumer, and admin
bootstrap.servers=pkc-1.europe.example.com:9092, pkc-2.europe.example.com:9092
security.protocol=SASL_SSL
sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username='KEY' \\
    password='se"cr=et';
sasl.mechanism=PLAIN
client.dns.lookup=use_all_dns_ips
session.timeout.ms=45000
acks=all
schema.registry.url=https://psrc-1.europe.example.com
basic.auth.credentials.source=USER_INFO
basic.auth.user.info=SR:pass:word
`);
  expect(found).toEqual({
    brokers: ['pkc-1.europe.example.com:9092', 'pkc-2.europe.example.com:9092'],
    tls: { ...noPems, verify: true },
    sasl: { mechanism: 'PLAIN', username: 'KEY' },
    registry: { url: 'https://psrc-1.europe.example.com', username: 'SR', tls: noPems },
    unknown: [],
    problems: [],
  });
  expect(Object.fromEntries(secrets)).toEqual({ 'kafka.password': 'se"cr=et', 'registry.password': 'pass:word' });
});

test('librdkafka, with PEM files', () => {
  const { secrets, ...found } = parseClientProperties(
    [
      'metadata.broker.list=SASL_SSL://b-1.example.com:9096',
      'security.protocol=sasl_ssl',
      'sasl.mechanisms=SCRAM-SHA-512',
      'sasl.username=ada',
      'sasl.password=hunter2',
      'ssl.ca.location=/etc/ssl/ca.pem',
      'ssl.certificate.location=client.pem',
      'ssl.key.location=client.key',
      'enable.ssl.certificate.verification=false',
      'queue.buffering.max.ms=5',
    ].join('\n'),
  );
  expect(found).toMatchObject({
    brokers: ['b-1.example.com:9096'],
    tls: { ca: '/etc/ssl/ca.pem', cert: 'client.pem', key: 'client.key', verify: false },
    sasl: { mechanism: 'SCRAM-SHA-512', username: 'ada' },
    unknown: ['queue.buffering.max.ms'],
  });
  expect(secrets.get('kafka.password')).toBe('hunter2');
});

test('PEM texts are secrets, a Java keystore is a problem with its way out', () => {
  const { tls, secrets, problems } = parseClientProperties(
    [
      'security.protocol=SSL',
      'ssl.truststore.type=PEM',
      'ssl.truststore.certificates=-----BEGIN CERTIFICATE----- \\\n  AA== \\\n  -----END CERTIFICATE-----',
      'ssl.keystore.location=/home/ada/client.jks',
      'ssl.keystore.password=changeit',
    ].join('\n'),
  );
  expect(tls).toEqual({ ...noPems, verify: true });
  expect(secrets.get('kafka.ca')).toBe('-----BEGIN CERTIFICATE----- AA== -----END CERTIFICATE-----');
  expect(problems).toEqual([expect.stringContaining('/home/ada/client.jks')]);
  expect(problems[0]).toContain('openssl');
});

test('what can’t be taken over is told; unknown names are listed without their values', () => {
  const { sasl, unknown, problems } = parseClientProperties(
    'security.protocol=SASL_SSL\nsasl.mechanism=OAUTHBEARER\nsasl.oauthbearer.client.secret=hunter2',
  );
  expect(sasl).toBeNull();
  expect(problems).toEqual([expect.stringContaining('OAUTHBEARER')]);
  expect(unknown).toEqual(['sasl.oauthbearer.client.secret']);
});

test('a plaintext address is all that many have', () => {
  const found = parseClientProperties('bootstrap.servers: localhost:9092');
  expect(found).toMatchObject({ brokers: ['localhost:9092'], tls: null, sasl: null, registry: null, unknown: [] });
  expect(parseClientProperties('').brokers).toEqual([]);
});

test('the registry’s user in its address is taken apart', () => {
  const { registry, secrets } = parseClientProperties(
    'schema.registry.url=https://ada:hun%20ter2@registry.example.com/path',
  );
  expect(registry).toEqual({ url: 'https://registry.example.com/path', username: 'ada', tls: noPems });
  expect(secrets.get('registry.password')).toBe('hun ter2');
});

test('the registry’s certificates are its own', () => {
  const { tls, registry, secrets, unknown, problems } = parseClientProperties(
    [
      'security.protocol=PLAINTEXT',
      'schema.registry.url=https://registry.example.com',
      'schema.registry.ssl.truststore.type=PEM',
      'schema.registry.ssl.truststore.location=/etc/ssl/registry-ca.pem',
      'schema.registry.ssl.keystore.key=-----BEGIN PRIVATE KEY----- AA== -----END PRIVATE KEY-----',
      'schema.registry.ssl.keystore.location=/home/ada/registry.p12',
    ].join('\n'),
  );
  expect(tls).toBeNull();
  expect(registry?.tls).toEqual({ ...noPems, ca: '/etc/ssl/registry-ca.pem' });
  expect([...secrets.keys()]).toEqual(['registry.key']);
  expect(problems).toEqual([expect.stringContaining('/home/ada/registry.p12')]);
  expect(unknown).toEqual([]);
});

test('escapes, separators and JSON', () => {
  expect(Object.fromEntries(readProperties('a = 1\nb:2\n c\t3\n! no\n# no\nd=x\\u0041\\=\\\\\n'))).toEqual({
    a: '1',
    b: '2',
    c: '3',
    d: 'xA=\\',
  });
  expect(readProperties('{ "bootstrap.servers": "a:1" }').get('bootstrap.servers')).toBe('a:1');
});
