import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { batchOf } from '#core/columns/test-batch.ts';
import type { Field } from '#core/columns/type.ts';
import type { Sink } from '#core/pipeline/component.ts';
import { parseJson } from '#core/serde/parse-json.ts';
import { fillDisk, mountSmallDisk } from '#core/workspace/test-small-disk.ts';
import { contextOf, range, type StoredRow, upsert, write } from './conformance/place.ts';
import { testSink } from './conformance.ts';
import { linesOf } from './json-lines/lines.ts';
import { jsonLinesSink } from './json-lines.ts';

const root = mkdtempSync(join(tmpdir(), 'mercury-lines-'));
const context = contextOf('json-lines', { pipeline: 'flights' });
let directories = 0;
const newDirectory = () => join(root, `d${directories++}`);
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Line {
  readonly id: bigint | number;
  readonly name?: string | null;
  readonly value?: number | null;
  readonly _deleted?: boolean;
}

function filesIn(directory: string): string[] {
  return existsSync(directory)
    ? readdirSync(directory)
        .filter((name) => name.endsWith('.jsonl'))
        .sort()
    : [];
}

function linesIn(directory: string): Line[] {
  const text = filesIn(directory).map((name) => readFileSync(join(directory, name), 'utf8'));
  return text
    .join('')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => parseJson(line) as unknown as Line);
}

/** As a reader makes a table of the lines: the last of a key wins. */
function fold(directory: string): StoredRow[] {
  const rows = new Map<bigint, StoredRow>();
  for (const { id, name = null, value = null, _deleted } of linesIn(directory)) {
    rows.delete(BigInt(id));
    if (_deleted !== true) rows.set(BigInt(id), { id: BigInt(id), name, value });
  }
  return [...rows.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

testSink(
  jsonLinesSink,
  async () => ({
    async createTarget() {
      const directory = newDirectory();
      const never = () => Promise.reject(new Error('a directory has no such thing'));
      return {
        spec: { type: 'json-lines', directory },
        connection: context.connection,
        rows: async () => fold(directory),
        refuse: never,
        cut: never,
      };
    },
    close: async () => {},
  }),
  { without: ['bad rows', 'broken connections'] },
);

const fullDisk = mountSmallDisk(2);

describe('files of JSON lines', () => {
  const opened: Sink[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((sink) => sink.close()));
  });

  async function open(directory: string, rollMb = 128): Promise<Sink> {
    const sink = await jsonLinesSink.open(jsonLinesSink.spec.parse({ type: 'json-lines', directory, rollMb }), context);
    opened.push(sink);
    return sink;
  }

  async function empty(directory: string): Promise<void> {
    const spec = jsonLinesSink.spec.parse({ type: 'json-lines', directory });
    const { positions: seen } = await jsonLinesSink.upkeep!.look(spec, context);
    await jsonLinesSink.upkeep!.reset(spec, context, { seen, next: new Map([[0, null]]), empties: true });
  }

  test('a full one is followed by the next, and may be moved away', async () => {
    const directory = newDirectory();
    const sink = await open(directory, 0.00015);
    await sink.claim([0]);
    for (let n = 0; n < 6; n++) await write(sink, [upsert(n, 'x'.repeat(60))], range(n, n + 1));
    expect(filesIn(directory)).toEqual(['flights-000001.jsonl', 'flights-000002.jsonl', 'flights-000003.jsonl']);
    expect(linesIn(directory).map(({ id }) => id)).toEqual([0, 1, 2, 3, 4, 5]);
    await sink.close();
    renameSync(join(directory, 'flights-000001.jsonl'), join(directory, 'moved'));
    const again = await open(directory, 0.00015);
    expect(await again.claim([0])).toEqual(new Map([[0, 6n]]));
    await write(again, [upsert(6, 'y')], range(6, 7));
    expect(linesIn(directory).map(({ id }) => id)).toEqual([2, 3, 4, 5, 6]);
  });

  /** What a kill leaves: the ledger is there, its lines are not, or some of them. */
  test.each([0, 1, 30])('lines that were committed and cut short at byte %d are completed', async (bytes) => {
    const directory = newDirectory();
    const sink = await open(directory);
    await sink.claim([0]);
    await write(sink, [upsert(1, 'a')], range(0, 1));
    const file = join(directory, 'flights-000001.jsonl');
    const before = readFileSync(file);
    await write(sink, [upsert(2, 'b'), upsert(3, 'c')], range(1, 3));
    const whole = readFileSync(file);
    await sink.close();
    writeFileSync(file, whole.subarray(0, before.length + bytes));
    expect(await (await open(directory)).claim([0])).toEqual(new Map([[0, 3n]]));
    expect(readFileSync(file)).toEqual(whole);
  });

  test('the newest one changed by somebody else is refused by name, before a line is lost', async () => {
    const directory = newDirectory();
    const sink = await open(directory);
    await sink.claim([0]);
    await write(sink, [upsert(1, 'a'), upsert(2, 'b')], range(0, 2));
    await sink.close();
    const file = join(directory, 'flights-000001.jsonl');
    writeFileSync(file, `${readFileSync(file, 'utf8')}{"mine":1}\n`);
    await expect(open(directory)).rejects.toMatchObject({ code: 'PREFLIGHT_FAILED', object: file });
  });

  test('a file of the same name that is somebody’s own is left alone', async () => {
    const directory = newDirectory();
    mkdirSync(directory);
    writeFileSync(join(directory, 'flights-000001.jsonl'), '{"mine":1}\n');
    await expect(open(directory)).rejects.toMatchObject({ code: 'PREFLIGHT_FAILED' });
    expect(linesIn(directory)).toEqual([{ mine: 1 }]);
  });

  test('emptied, the next ones begin anew although the newest was changed; somebody’s own file stays', async () => {
    const directory = newDirectory();
    const sink = await open(directory);
    await sink.claim([0]);
    await write(sink, [upsert(1, 'a')], range(0, 1));
    await sink.close();
    writeFileSync(join(directory, 'flights-000001.jsonl'), 'x'.repeat(1_000));
    await expect(open(directory)).rejects.toMatchObject({ nextStep: expect.stringContaining('empty its target') });
    await empty(directory);
    expect(await (await open(directory)).claim([0])).toEqual(new Map());
    expect(filesIn(directory)).toEqual([]);

    const foreign = newDirectory();
    mkdirSync(foreign);
    writeFileSync(join(foreign, 'flights-000001.jsonl'), '{"mine":1}\n');
    await empty(foreign);
    await expect(open(foreign)).rejects.toMatchObject({ nextStep: expect.stringContaining('somebody else') });
    expect(linesIn(foreign)).toEqual([{ mine: 1 }]);
  });

  test('a damaged ledger is refused by name', async () => {
    const directory = newDirectory();
    const sink = await open(directory);
    await sink.claim([0]);
    await write(sink, [upsert(1, 'a')], range(0, 1));
    await sink.close();
    const ledger = join(directory, '.mercury/flights.ledger');
    const whole = readFileSync(ledger);
    for (const content of [whole.subarray(0, -3), Buffer.alloc(whole.length)]) {
      writeFileSync(ledger, content);
      await expect(open(directory)).rejects.toMatchObject({ code: 'PREFLIGHT_FAILED', object: ledger });
    }
  });

  test.skipIf(fullDisk === undefined)('a full disk loses and doubles nothing (lacks root when skipped)', async () => {
    const makeRoom = fillDisk(fullDisk!, 1_000_000);
    const directory = join(fullDisk!, 'lines');
    const sink = await open(directory);
    await sink.claim([0]);
    const kilobyte = 'x'.repeat(1_000);
    const rowsAt = (from: number) => Array.from({ length: 50 }, (_, n) => upsert(from + n, kilobyte));
    let next = 0;
    let failure: unknown;
    for (; failure === undefined; next += failure === undefined ? 50 : 0) {
      failure = await write(sink, rowsAt(next), range(next, next + 50)).catch((error: unknown) => error);
    }
    expect(failure).toMatchObject({ code: 'DISK_FULL', retryable: true });
    makeRoom();
    const held = Number((await sink.claim([0])).get(0));
    expect([next, next + 50]).toContain(held);
    await write(sink, rowsAt(held), range(held, held + 50));
    expect(linesIn(directory).map(({ id }) => Number(id))).toEqual(Array.from({ length: held + 50 }, (_, id) => id));
  });

  test('a directory that can’t be made is said by name', async () => {
    const file = join(root, 'a-file');
    writeFileSync(file, '');
    await expect(open(join(file, 'below'))).rejects.toMatchObject({ code: 'PREFLIGHT_FAILED' });
  });

  test('another process that writes there is named; killed, it is free', async () => {
    const directory = newDirectory();
    const holder = spawn(process.execPath, [join(import.meta.dirname, 'fixtures/lines-holder.ts'), directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => holder.stdout.once('data', resolve));
    await expect(open(directory)).rejects.toMatchObject({
      code: 'DATA_IN_USE',
      message: expect.stringContaining(String(holder.pid)),
    });
    const gone = new Promise((resolve) => holder.once('exit', resolve));
    holder.kill('SIGKILL');
    await gone;
    await open(directory);
  });
});

test('a killed process leaves no line out and none twice', async () => {
  const directory = newDirectory();
  const writer = join(import.meta.dirname, 'fixtures/lines-writer.ts');
  for (let round = 0; round < 8; round++) {
    const child = spawn(process.execPath, [writer, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
    const gone = new Promise((resolve) => child.once('exit', resolve));
    let commits = 0;
    child.stdout.on('data', (data: Buffer) => {
      commits += data.length;
      if (commits > 3 + round * 7) child.kill('SIGKILL');
    });
    await gone;
  }
  const ledger = readFileSync(join(directory, '.mercury/flights.ledger'), 'utf8').split('\n')[0]!;
  const sink = await jsonLinesSink.open(jsonLinesSink.spec.parse({ type: 'json-lines', directory }), context);
  const next = (await sink.claim([0])).get(0)!;
  await sink.close();
  expect(next).toBeGreaterThan(100n);
  expect(JSON.parse(ledger).lines).toBe(String(next));
  expect(linesIn(directory).map(({ id }) => Number(id))).toEqual(Array.from({ length: Number(next) }, (_, id) => id));
});

describe('values', () => {
  const cases: ReadonlyArray<readonly [Field['type'], string | bigint | number | boolean | Uint8Array, string]> = [
    [{ kind: 'bool' }, true, 'true'],
    [{ kind: 'int64' }, -(2n ** 63n), '-9223372036854775808'],
    [{ kind: 'float64' }, -0, '-0.0'],
    [{ kind: 'float64' }, Number.NaN, '"NaN"'],
    [{ kind: 'float32' }, 0.5, '0.5'],
    [{ kind: 'date' }, -1, '"1969-12-31"'],
    [{ kind: 'time', unit: 'ms' }, 86_399_999n, '"23:59:59.999"'],
    [{ kind: 'time', unit: 'us' }, 1n, '"00:00:00.000001"'],
    [{ kind: 'timestamp', unit: 'us', utc: true }, -1n, '"1969-12-31T23:59:59.999999Z"'],
    [{ kind: 'timestamp', unit: 'ms', utc: false }, 1_357_034_400_001n, '"2013-01-01T10:00:00.001"'],
    [
      { kind: 'decimal', precision: 50, scale: 2 },
      '12345678901234567890123456789012345678.10',
      '12345678901234567890123456789012345678.10',
    ],
    [{ kind: 'uuid' }, '0F8FAD5B-d9cb-469f-a165-70867728950e', '"0f8fad5b-d9cb-469f-a165-70867728950e"'],
    [{ kind: 'json' }, '{"a":\n 9007199254740993}', '{"a":  9007199254740993}'],
    [{ kind: 'binary' }, new Uint8Array([0, 255]), '"AP8="'],
    [{ kind: 'utf8' }, 'line\nbreak "é"', '"line\\nbreak \\"é\\""'],
  ];
  test.each(cases)('%j: %s', (type, value, text) => {
    const fields: Field[] = [{ name: 'v', type, nullable: true }];
    const batch = batchOf(fields, [{ values: { v: value } }, { values: {} }]);
    expect(linesOf(batch, undefined).toString()).toBe(
      `{"_partition":0,"_offset":0,"v":${text}}\n{"_partition":0,"_offset":1,"v":null}\n`,
    );
  });

  test.each<readonly [string, Field['type'], string | bigint | Uint8Array]>([
    ['bytes that are no UTF-8', { kind: 'utf8' }, new Uint8Array([0xff])],
    ['no JSON', { kind: 'json' }, '{'],
    ['a time beyond the calendar', { kind: 'timestamp', unit: 'ms', utc: true }, 2n ** 62n],
  ])('refused as a bad row: %s', (_, type, value) => {
    const batch = batchOf([{ name: 'v', type, nullable: true }], [{ values: { v: value } }]);
    expect(() => linesOf(batch, undefined)).toThrow(expect.objectContaining({ code: 'SINK_REJECTED', object: 'v' }));
  });
});
