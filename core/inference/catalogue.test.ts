import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findModel, readCatalogue } from './catalogue.ts';

const shipped = join(import.meta.dirname, '../../ml-models');
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'catalogue-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function addModel(name: string, change: (card: string) => string = (card) => card): Promise<void> {
  await cp(join(shipped, 'arrival-delay'), join(folder, name), { recursive: true });
  const file = join(folder, name, 'card.yaml');
  await writeFile(file, change(await readFile(file, 'utf8')));
}

describe('readCatalogue', () => {
  it('reads the models that are shipped, none invalid', async () => {
    const { models, invalid } = await readCatalogue(shipped);
    expect(invalid).toEqual([]);
    expect(models.map((entry) => entry.card.name)).toContain('arrival-delay');
  });

  it('reports a broken card and still gives the others', async () => {
    await addModel('broken', (card) => card.replace('version: 1', 'version: one'));
    await addModel('good');
    await mkdir(join(folder, 'no-model'));
    await writeFile(join(folder, 'README.md'), '');
    const { models, invalid } = await readCatalogue(folder);
    expect(models.map((entry) => entry.dir)).toEqual([join(folder, 'good')]);
    expect(invalid).toHaveLength(1);
    expect(invalid[0]).toMatchObject({ dir: join(folder, 'broken'), error: { code: 'MODEL_INVALID' } });
  });

  it('reports the second of two cards with one name', async () => {
    await addModel('a');
    await addModel('b');
    const { models, invalid } = await readCatalogue(folder);
    expect(models).toHaveLength(1);
    expect(invalid[0]).toMatchObject({ dir: join(folder, 'b'), error: { code: 'CONFLICT' } });
  });

  it('is empty where the folder is missing', async () => {
    expect(await readCatalogue(join(folder, 'nowhere'))).toEqual({ models: [], invalid: [] });
  });
});

describe('findModel', () => {
  it('names the models there are when one is not found', async () => {
    await addModel('good');
    await expect(findModel(folder, 'other')).rejects.toMatchObject({
      code: 'NOT_FOUND',
      nextStep: 'Name one of: arrival-delay.',
    });
  });

  it('gives the reason when the named model is broken', async () => {
    await addModel('broken', (card) => card.replace('missing: null', 'missing: zero'));
    await expect(findModel(folder, 'broken')).rejects.toMatchObject({ code: 'MODEL_INVALID' });
  });
});
