/** The models' methods, with the real child that computes. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call } from '@orpc/server';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nodeFork } from '#core/process/node-fork.ts';
import type { Fork } from '#core/process/port.ts';
import { shippedDir } from '#core/workspace/paths.ts';
import { modelsApi } from './api.ts';

let folder: string;
const fileOf = (name: string) => join(folder, 'arrival-delay', name);
const check = (fork: Fork = nodeFork()) => call(modelsApi(folder, fork).checkParity, { name: 'arrival-delay' });
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'models-'));
  await cp(join(shippedDir('ml-models'), 'arrival-delay'), join(folder, 'arrival-delay'), { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a shipped model computes here what its trainer saw', async () => {
  const report = await check();
  expect(report).toMatchObject({ differing: 0, unit: 'minutes' });
  expect(report.rows).toBeGreaterThanOrEqual(100);
  expect(report.worst).toBeLessThan(0.01);
});

test('a row that differs is counted, and by how much', async () => {
  const parity = JSON.parse(await readFile(fileOf('parity.json'), 'utf8')) as { rows: { expected: number }[] };
  parity.rows[7]!.expected += 5;
  await writeFile(fileOf('parity.json'), JSON.stringify(parity));
  const report = await check();
  expect(report.differing).toBe(1);
  expect(report.worst).toBeCloseTo(5, 2);
});

test('what is wrong with the model crosses the processes with its next step', async () => {
  await writeFile(fileOf('model.onnx'), 'no model');
  await expect(check()).rejects.toMatchObject({ code: 'MODEL_INVALID', nextStep: expect.stringMatching(/Restore/) });
});

test('a card without parity rows says what to add', async () => {
  const card = await readFile(fileOf('card.yaml'), 'utf8');
  await writeFile(fileOf('card.yaml'), card.replace(/^parity:.*$/m, ''));
  await expect(check()).rejects.toMatchObject({ code: 'NOT_FOUND', nextStep: expect.stringMatching(/parity/) });
});

test('a process that is killed is said, and the next one answers', async () => {
  const doomed: Fork = (name) => {
    const child = nodeFork()(name);
    child.kill();
    return child;
  };
  await expect(check(doomed)).rejects.toMatchObject({ code: 'PROCESS_CRASHED', retryable: true });
  expect(await check()).toMatchObject({ differing: 0 });
});
