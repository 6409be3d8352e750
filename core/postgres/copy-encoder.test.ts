import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Batch } from '#core/columns/batch.ts';
import { batchOf, type Value } from '#core/columns/test-batch.ts';
import type { ColumnType, Field } from '#core/columns/type.ts';
import { createCopyBuffer } from './copy-buffer.ts';
import { createCopyEncoder } from './copy-encoder.ts';
import { openTestServer, type TestServer } from './test-server.ts';
import { postgresType } from './types.ts';

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
  // Text as the tests write it, whatever the server was set to.
  await server.session.query("SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET extra_float_digits = 3", 'test');
});
afterAll(() => server.close());

function encode(batch: Batch, rows?: Int32Array): Uint8Array {
  const encoder = createCopyEncoder(batch.fields.map((field) => field.type));
  return encoder({ columns: batch.columns, length: batch.length, rows }, createCopyBuffer(16));
}

/** What Postgres makes of the values, as its own text. */
async function stored(type: ColumnType, values: readonly Value[], rows?: Int32Array): Promise<readonly unknown[]> {
  const fields: readonly Field[] = [{ name: 'v', type, nullable: true }];
  const batch = batchOf(
    fields,
    values.map((v) => ({ values: { v } })),
  );
  const { session } = server;
  await session.query(`CREATE TEMP TABLE t (v ${postgresType(type)}, n serial)`, 't');
  try {
    await session.copyIn('COPY t (v) FROM STDIN (FORMAT binary)', encode(batch, rows), 't');
    const kept = await session.query<{ v: unknown }>('SELECT v::text AS v FROM t ORDER BY n', 't');
    return kept.map((row) => row.v);
  } finally {
    await session.query('DROP TABLE t', 't');
  }
}

const max = 2n ** 63n - 1n;
const ms: ColumnType = { kind: 'timestamp', unit: 'ms', utc: false };
const us: ColumnType = { kind: 'timestamp', unit: 'us', utc: false };

describe('each type arrives exactly', () => {
  test.each<[string, ColumnType, readonly Value[], readonly (string | null)[]]>([
    ['bool', { kind: 'bool' }, [true, null, false], ['true', null, 'false']],
    ['int32', { kind: 'int32' }, [0, -1, 2147483647, -2147483648], ['0', '-1', '2147483647', '-2147483648']],
    ['int64', { kind: 'int64' }, [max, -max - 1n, 2n ** 53n + 1n], [`${max}`, `${-max - 1n}`, '9007199254740993']],
    ['float32', { kind: 'float32' }, [1.5, -0, Number.NaN], ['1.5', '-0', 'NaN']],
    ['float64', { kind: 'float64' }, [0.1, 5e-324, -Infinity], ['0.1', '5e-324', '-Infinity']],
    ['utf8', { kind: 'utf8' }, ['', 'æ—日本🛫', null, 'x'.repeat(300)], ['', 'æ—日本🛫', null, 'x'.repeat(300)]],
    ['binary', { kind: 'binary' }, [Uint8Array.of(0, 255, 10)], ['\\x00ff0a']],
    ['json', { kind: 'json' }, ['{"n": 12345678901234567890.10}'], ['{"n": 12345678901234567890.10}']],
    ['date', { kind: 'date' }, [0, 10957, -1, 19000], ['1970-01-01', '2000-01-01', '1969-12-31', '2022-01-08']],
    ['time ms', { kind: 'time', unit: 'ms' }, [0, 86_399_999], ['00:00:00', '23:59:59.999']],
    ['time us', { kind: 'time', unit: 'us' }, [1, 86_399_999_999n], ['00:00:00.000001', '23:59:59.999999']],
    [
      'timestamp ms',
      ms,
      [0, -1, 1357016400000],
      ['1970-01-01 00:00:00', '1969-12-31 23:59:59.999', '2013-01-01 05:00:00'],
    ],
    ['timestamp us', us, [-1, 253402300799999999n], ['1969-12-31 23:59:59.999999', '9999-12-31 23:59:59.999999']],
    ['timestamp of the last year Postgres knows', ms, [9224318015999999n], ['294276-12-31 23:59:59.999']],
    ['timestamp utc', { ...us, utc: true }, [0], ['1970-01-01 00:00:00+00']],
  ])('%s', async (_, type, values, expected) => {
    expect(await stored(type, values)).toEqual(expected);
  });

  test('uuid, in either case', async () => {
    const id = '0f8fad5b-d9cb-469f-a165-70867728950e';
    expect(await stored({ kind: 'uuid' }, [id, id.toUpperCase()])).toEqual([id, id]);
  });

  test('decimal', async () => {
    const values = [
      '0.000',
      '-0.000',
      '12.340',
      '-0.001',
      '10000.000',
      '99999999.999',
      '0.100',
      '100000000.000',
      '1.001',
    ];
    const expected = values.map((value) => (value === '-0.000' ? '0.000' : value));
    expect(await stored({ kind: 'decimal', precision: 38, scale: 3 }, values)).toEqual(expected);
  });
});

describe('a value that Postgres has no room for is refused, never changed', () => {
  test.each<[string, ColumnType, Value, string]>([
    ['a millisecond beyond its calendar', ms, 9224318016000000n, '22008'],
    ['a millisecond whose microseconds overflow', ms, max, '22008'],
    ['a millisecond whose microseconds underflow', ms, -max - 1n, '22008'],
    ['the microsecond that would mean -infinity', us, -max - 1n + 946684800000000n, '22008'],
    ['the day that would mean -infinity', { kind: 'date' }, -2147483648 + 10957, '22008'],
    ['a day that underflows', { kind: 'date' }, -2147483648, '22008'],
    ['25 hours', { kind: 'time', unit: 'ms' }, 90_000_000, '22008'],
    ['a NUL in text', { kind: 'utf8' }, 'a\0b', '22021'],
    ['broken UTF-8', { kind: 'utf8' }, Uint8Array.of(0xc3, 0x28), '22021'],
    ['no JSON', { kind: 'json' }, '{', '22P02'],
    ['too many digits', { kind: 'decimal', precision: 3, scale: 1 }, '123.4', '22003'],
  ])('%s', async (_, type, value, state) => {
    await expect(stored(type, [value])).rejects.toMatchObject({
      code: 'SINK_REJECTED',
      message: expect.stringContaining(state),
    });
  });

  test.each<[ColumnType, string]>([
    [{ kind: 'uuid' }, '0f8fad5b'],
    [{ kind: 'uuid' }, '0f8fad5b-d9cb-469f-a165-70867728950g'],
    [{ kind: 'uuid' }, '0f8fad5b-d9cb-469f-a165-70867728950e0'],
    [{ kind: 'decimal', precision: 9, scale: 2 }, ''],
    [{ kind: 'decimal', precision: 9, scale: 2 }, '-.'],
    [{ kind: 'decimal', precision: 9, scale: 2 }, '1e5'],
  ])('%j %j', async (type, value) => {
    await expect(stored(type, [value])).rejects.toMatchObject({ code: 'SINK_REJECTED' });
  });
});

test('only the chosen rows are sent', async () => {
  expect(await stored({ kind: 'utf8' }, ['a', 'b', null, 'd'], Int32Array.of(1, 2, 3))).toEqual(['b', null, 'd']);
});

test('no rows is a COPY of none', async () => {
  expect(await stored({ kind: 'int32' }, [])).toEqual([]);
});

test('a batch of many chunks arrives whole', async () => {
  const values = Array.from({ length: 3000 }, (_, row) => `${row}`.padEnd(1000, 'x'));
  expect(await stored({ kind: 'utf8' }, values)).toEqual(values);
});

const seed = Number(process.env.SEED ?? Date.now());

describe(`random values come back (seed ${seed})`, () => {
  const decimal = fc
    .tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.integer({ min: 0, max: 12 }))
    .map(([unscaled, scale]) => decimalText(unscaled, scale));

  test('decimal', async () => {
    const values = fc.sample(decimal, { numRuns: 2000, seed });
    const type: ColumnType = { kind: 'decimal', precision: 60, scale: 12 };
    const kept = await stored(type, values);
    expect(kept).toEqual(values.map((value) => atScale(value, 12)));
  });

  test('timestamp us', async () => {
    const range = { min: -62_000_000_000_000_000n, max: 253_402_300_799_999_999n };
    const values = fc.sample(fc.bigInt(range), { numRuns: 2000, seed });
    const kept = await stored({ kind: 'timestamp', unit: 'us', utc: false }, values);
    expect(kept.map((text) => microsecondsOf(text as string))).toEqual(values);
  });

  test('float64', async () => {
    const values = fc.sample(fc.double(), { numRuns: 2000, seed });
    expect((await stored({ kind: 'float64' }, values)).map(Number)).toEqual(values);
  });
});

function decimalText(unscaled: bigint, scale: number): string {
  const digits = `${unscaled < 0n ? -unscaled : unscaled}`.padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  return `${unscaled < 0n ? '-' : ''}${whole}${scale === 0 ? '' : `.${digits.slice(-scale)}`}`;
}

function atScale(value: string, scale: number): string {
  const [whole, part = ''] = value.split('.');
  const text = `${whole}.${part.padEnd(scale, '0')}`;
  return /^-0\.0*$/.test(text) ? text.slice(1) : text;
}

function microsecondsOf(text: string): bigint {
  const [seconds, part = ''] = text.replace(' BC', '').split('.');
  if (text.endsWith(' BC')) throw new Error(`out of the tested range: ${text}`);
  const date = Date.parse(`${seconds!.replace(' ', 'T')}Z`);
  return BigInt(date) * 1000n + BigInt(part.padEnd(6, '0'));
}
