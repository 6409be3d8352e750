import { expect, test } from 'vitest';
import { WorkbenchError } from '#core/contract/errors.ts';
import { parseDefinition } from '../definition.ts';
import { letterHeaderPrefix, ownHeaders, readReason, reasonHeaders } from './headers.ts';

const header = (name: string, value: string | null) => ({ name, value: value === null ? null : Buffer.from(value) });
const reason = (more: Readonly<Record<string, string | null>> = {}) =>
  Object.entries({ topic: 'orders', partition: '2', offset: '9007199254740993', ...more })
    .filter((pair): pair is [string, string] => pair[1] !== null)
    .map(([name, value]) => header(`__connect.errors.${name}`, value));

test('says which record it was, where it failed and why', () => {
  const headers = reason({
    'connector.name': 'p',
    stage: 'VALUE_CONVERTER',
    'exception.class.name': 'DECODE_FAILED',
    'exception.message': 'no Avro',
  });
  expect(readReason(headers)).toEqual({
    source: { topic: 'orders', partition: 2, offset: 9007199254740993n },
    pipeline: 'p',
    stage: 'decode',
    code: 'DECODE_FAILED',
    message: 'no Avro',
  });
  expect(readReason(reason({ stage: 'TASK_PUT' }))?.stage).toBe('sink');
});

test.each(['decode', 'sink'] as const)('what is written of a record refused at %s is read again', (stage) => {
  const definition = parseDefinition(
    '{ version: 1, name: p, source: { topic: orders, value: { format: avro } }, sinks: [{ type: postgres }] }',
    'p.yaml',
  );
  const reason = new WorkbenchError('SINK_REJECTED', 'too long');
  const headers = reasonHeaders(definition, { partition: 2, offset: 2n ** 60n, stage, reason });
  expect(readReason(headers)).toEqual({
    source: { topic: 'orders', partition: 2, offset: 2n ** 60n },
    pipeline: 'p',
    stage,
    code: 'SINK_REJECTED',
    message: 'too long',
  });
  const texts = new Map(headers.map(({ name, value }) => [name.slice(letterHeaderPrefix.length), String(value)]));
  expect(texts.get('stage')).toBe(stage === 'decode' ? 'VALUE_CONVERTER' : 'TASK_PUT');
  expect(texts.get('exception.stacktrace')).toContain('headers.test.ts');
  expect(ownHeaders(headers)).toEqual([]);
});

test('a letter that says no more than its record is one all the same', () => {
  expect(readReason(reason())).toMatchObject({
    pipeline: '',
    stage: 'sink',
    code: 'INTERNAL',
    message: 'it does not say why',
  });
});

test.each<Readonly<Record<string, string | null>>>([
  { topic: null },
  { partition: null },
  { offset: null },
  { partition: 'x1' },
  { offset: '1x' },
  { offset: '' },
])('what does not say which record it was is no letter: %j', (more) => {
  expect(readReason(reason(more))).toBeUndefined();
});

test('of two headers of one name the last counts; one without a value is empty', () => {
  expect(readReason([...reason(), ...reason({ topic: 'again' })])?.source.topic).toBe('again');
  expect(readReason([...reason(), header('__connect.errors.exception.message', null)])?.message).toBe('');
});

test('the record’s own headers are the others, in their order', () => {
  const own = [header('trace', 'a'), header('trace', null)];
  expect(ownHeaders([own[0]!, ...reason(), own[1]!])).toEqual(own);
});
