import { expect, test } from 'vitest';
import { clientSettings } from './client-settings.ts';

test('every client is given both addresses', () => {
  const all = clientSettings({ kafka: '127.0.0.1:9092', registry: 'http://127.0.0.1:8081' });
  expect(all.map(({ id }) => id)).toEqual(['kafkajs', 'librdkafka', 'java', 'python']);
  for (const { text } of all) expect(text).toContain('127.0.0.1:9092');
  for (const { id, text } of all) expect(text.includes('http://127.0.0.1:8081')).toBe(id !== 'librdkafka');
});

test('without a registry nothing of it is named', () => {
  const all = clientSettings({ kafka: '127.0.0.1:9092', registry: null });
  expect(all.map(({ text }) => text).join('')).not.toMatch(/registry|null/i);
});

test('settings files hold names and values only', () => {
  const all = clientSettings({ kafka: '127.0.0.1:9092', registry: 'http://127.0.0.1:8081' });
  for (const { id, text } of all.filter(({ file }) => /\.(conf|properties)$/.test(file))) {
    for (const line of text.trimEnd().split('\n')) expect(line, id).toMatch(/^(#.*|[a-z.]+=\S+)$/);
  }
});
