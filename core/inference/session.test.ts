import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCatalogue } from './catalogue.ts';
import { checkParity } from './parity.ts';
import { openModel } from './session.ts';

const repository = join(import.meta.dirname, '../..');
const shipped = join(repository, 'ml-models');
const arrivalDelay = join(shipped, 'arrival-delay');

async function sha256(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}

describe.each((await readCatalogue(shipped)).models)('shipped model $card.name', ({ dir, card }) => {
  it('has the hashes that its card names', async () => {
    expect(await sha256(join(dir, card.model.file))).toBe(card.model.sha256);
    const { script, script_sha256, data, data_sha256 } = card.provenance!;
    expect(await sha256(join(dir, script!))).toBe(script_sha256);
    expect(await sha256(join(repository, data!))).toBe(data_sha256);
  });

  it('computes here what its trainer saw', async () => {
    const report = await checkParity(dir);
    expect(report).toMatchObject({ differing: 0 });
    expect(report!.rows).toBeGreaterThanOrEqual(100);
  });
});

describe('openModel', () => {
  let dir: string;
  let card: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'model-'));
    await cp(arrivalDelay, dir, { recursive: true });
    card = await readFile(join(dir, 'card.yaml'), 'utf8');
  });
  afterEach(() => rm(dir, { recursive: true }));

  it('scores rows, also none, and gives arrays that a later call leaves alone', async () => {
    const session = await openModel(dir);
    const rows = Float32Array.of(4, 1416, 529, 830, 16, 642, 2059, 2316);
    const [both] = await session.score([rows], 2);
    const [first] = await session.score([rows], 1);
    const [none] = await session.score([rows], 0);
    expect(both).toHaveLength(2);
    expect([...first!]).toEqual([both![0]]);
    expect(none).toHaveLength(0);
    expect(both![1]).toBeGreaterThan(both![0]!);
    await session.close();
  });

  it('reports parity rows that differ', async () => {
    const parity = join(dir, 'parity.json');
    const before = await readFile(parity, 'utf8');
    await writeFile(parity, before.replace(/"expected": -?[\d.]+/, '"expected": 12345'));
    expect(await checkParity(dir)).toMatchObject({ differing: 1 });
  });

  const faults: ReadonlyArray<readonly [string, string, string, RegExp]> = [
    ['another hash', 'sha256: "9', 'sha256: "0', /is not the model its card was written for/],
    ['an input the model lacks', 'tensor: features', 'tensor: other', /does not feed the model's inputs features/],
    [
      'an output the model lacks',
      'tensor: variable',
      'tensor: other',
      /the model has no output other, it has variable/,
    ],
    ['too few fields', 'fields: [dep_delay, ', 'fields: [', /features is 4 wide in the model and 3 on the card/],
    ['a missing file', 'file: model.onnx', 'file: other.onnx', /other\.onnx can't be read/],
    ['a file that is no model', 'file: model.onnx', 'file: train.py', /is not the model|can't load/],
  ];
  it.each(faults)('refuses a card with %s', async (_name, from, to, message) => {
    const changed = card.replace(from, to);
    expect(changed).not.toBe(card);
    await writeFile(join(dir, 'card.yaml'), changed);
    await expect(openModel(dir)).rejects.toThrow(message);
    await expect(openModel(dir)).rejects.toMatchObject({ code: 'MODEL_INVALID' });
  });

  it('refuses bytes with the right hash that are no model', async () => {
    await writeFile(join(dir, 'model.onnx'), 'not a model');
    const hash = createHash('sha256').update('not a model').digest('hex');
    await writeFile(join(dir, 'card.yaml'), card.replace(/(sha256: )"[0-9a-f]{64}"/, `$1"${hash}"`));
    await expect(openModel(dir)).rejects.toThrow(/onnxruntime can't load it/);
  });

  it('says that a folder holds no card', async () => {
    await expect(openModel(tmpdir())).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
