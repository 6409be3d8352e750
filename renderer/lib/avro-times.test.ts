import { expect, test } from 'vitest';
import { type TimeKind, timeFields, timeText } from './avro-times.ts';

test.each<[TimeKind, bigint | number, string | undefined]>([
  ['timestamp-millis', 1_357_034_400_000n, '2013-01-01T10:00:00Z'],
  ['timestamp-millis', 1_357_034_400_007n, '2013-01-01T10:00:00.007Z'],
  ['timestamp-millis', -1n, '1969-12-31T23:59:59.999Z'],
  ['timestamp-micros', 1_357_034_400_000_001n, '2013-01-01T10:00:00.000001Z'],
  ['timestamp-nanos', 1_357_034_400_123_456_789n, '2013-01-01T10:00:00.123456789Z'],
  ['local-timestamp-micros', 1_357_034_400_000_000n, '2013-01-01T10:00:00'],
  ['time-millis', 36_000_250, '10:00:00.250'],
  ['time-micros', 36_000_000_250n, '10:00:00.000250'],
  ['date', 15_706, '2013-01-01'],
  ['date', -1, '1969-12-31'],
  ['timestamp-millis', 9_223_372_036_854_775_807n, undefined],
  ['timestamp-micros', -9_223_372_036_854_775_808n, undefined],
  ['date', 2_147_483_647, undefined],
])('%s %s is %s', (kind, value, text) => expect(timeText(kind, value)).toBe(text));

test('what is no number has no time', () => {
  expect([null, 'text', true, [1n]].map((value) => timeText('timestamp-millis', value))).toEqual(
    Array.from({ length: 4 }, () => undefined),
  );
});

test('fields are found through unions, records, lists, maps and names; where a number may be two things, none', () => {
  const at = { type: 'long', logicalType: 'timestamp-millis' };
  const leg = { type: 'record', name: 'Leg', namespace: 'air', fields: [{ name: 'landed', type: ['null', at] }] };
  const schema = {
    type: 'record',
    name: 'Flight',
    fields: [
      { name: 'day', type: { type: 'int', logicalType: 'date' } },
      { name: 'legs', type: { type: 'array', items: leg } },
      { name: 'last', type: 'air.Leg' },
      { name: 'seen', type: { type: 'map', values: at } },
      { name: 'either', type: ['null', 'int', at] },
      { name: 'price', type: { type: 'bytes', logicalType: 'decimal', precision: 4, scale: 2 } },
      { name: 'next', type: ['null', 'Flight'] },
    ],
  };
  const found = timeFields(JSON.stringify(schema));
  expect(Object.fromEntries(found)).toEqual({
    day: 'date',
    'legs.[].landed': 'timestamp-millis',
    'last.landed': 'timestamp-millis',
    'seen.[]': 'timestamp-millis',
  });
});

test('what is no Avro schema of a record has none', () => {
  expect(['syntax = "proto3";', '"long"', 'null', '[]', ''].map((text) => timeFields(text).size)).toEqual([
    0, 0, 0, 0, 0,
  ]);
});
