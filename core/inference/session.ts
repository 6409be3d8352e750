/**
 * A loaded model. The only importer of onnxruntime in this part.
 *
 * `score` blocks the event loop of its process while it computes (onnxruntime's `run()` does), so whole batches are scored
 * at once and a process that scores has no other work that must answer quickly.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { WorkbenchError } from '#core/contract/errors.ts';
import type { ModelCard } from './card.ts';
import { readCard } from './catalogue.ts';

export interface ModelSession {
  readonly card: ModelCard;
  /**
   * Scores rows: one array for each input of the card, at least `rows * fields.length` values, row-major. Answers with one
   * array of `rows` values for each output of the card; they are the caller's. One call at a time.
   */
  score(inputs: ReadonlyArray<Float32Array>, rows: number): Promise<ReadonlyArray<Float32Array>>;
  /** Frees the model's memory. Not while a `score` is under way. */
  close(): Promise<void>;
}

type Runtime = typeof import('onnxruntime-node');

/**
 * Loads the model in `dir` (a folder of `ml-models/`). Throws `NOT_FOUND` without a card, `MODEL_INVALID` where the card,
 * the hash or the tensors are not what the card says, `MISSING_COMPONENT` where onnxruntime does not run on this machine.
 */
export async function openModel(dir: string): Promise<ModelSession> {
  const card = await readCard(dir);
  if (card === undefined) {
    throw new WorkbenchError('NOT_FOUND', `there is no card.yaml in ${dir}`, { object: dir });
  }
  const bytes = await readVerified(dir, card);
  const runtime = await loadRuntime();
  const session = await createSession(runtime, bytes, card);
  try {
    checkTensors(card, session);
  } catch (error) {
    await session.release();
    throw error;
  }
  return {
    card,
    score: (inputs, rows) => score(runtime, session, card, inputs, rows),
    close: () => session.release(),
  };
}

async function readVerified(dir: string, card: ModelCard): Promise<Buffer> {
  const file = join(dir, card.model.file);
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw invalid(card, `its file ${file} can't be read: ${(cause as Error).message}`, 'Restore the file.', cause);
  }
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found === card.model.sha256) return bytes;
  throw invalid(
    card,
    `${file} is not the model its card was written for (SHA-256 ${found}, the card says ${card.model.sha256})`,
    'Restore the file, or train again so that the card is written anew.',
  );
}

async function loadRuntime(): Promise<Runtime> {
  try {
    // Loaded late: there is no binary for every platform, and without it everything but models still works.
    return await import('onnxruntime-node');
  } catch (cause) {
    throw new WorkbenchError('MISSING_COMPONENT', 'onnxruntime does not run on this machine, so models are missing', {
      object: `onnxruntime-node (${process.platform} ${process.arch})`,
      nextStep: 'Run the pipeline without a model, or on Linux, Windows or a Mac with Apple silicon.',
      cause,
    });
  }
}

async function createSession(runtime: Runtime, bytes: Buffer, card: ModelCard) {
  try {
    return await runtime.InferenceSession.create(bytes, {
      executionProviders: ['cpu'],
      // One thread for a `score`: pipelines scale by processes.
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      // 3 is errors only: onnxruntime prints warnings about the machine to stderr.
      logSeverityLevel: 3,
    });
  } catch (cause) {
    throw invalid(card, `onnxruntime can't load it: ${(cause as Error).message}`, 'Export the model again.', cause);
  }
}

function checkTensors(card: ModelCard, session: InferenceSession): void {
  const widths = new Map<string, number>();
  for (const input of card.inputs) widths.set(input.tensor, input.fields.length);
  const unfed = session.inputNames.filter((name) => !widths.has(name));
  if (unfed.length > 0) throw invalid(card, `the card does not feed the model's inputs ${unfed.join(', ')}`);
  for (const [tensor, width] of widths) checkTensor(card, session.inputMetadata, 'input', tensor, width);
  for (const output of card.outputs) checkTensor(card, session.outputMetadata, 'output', output.tensor, 1);
}

function checkTensor(
  card: ModelCard,
  metadata: readonly InferenceSession.ValueMetadata[],
  role: 'input' | 'output',
  name: string,
  width: number,
): void {
  const found = metadata.find((value) => value.name === name);
  if (found === undefined) {
    const names = metadata.map((value) => value.name).join(', ');
    throw invalid(card, `the model has no ${role} ${name}, it has ${names}`);
  }
  if (!found.isTensor || found.type !== 'float32') {
    throw invalid(card, `${role} ${name} is ${found.isTensor ? found.type : 'no tensor'}, not float32`);
  }
  // A dimension that is free in the model has a name or a negative number; a one-dimensional output is [rows].
  const last = found.shape.length < 2 ? 1 : found.shape.at(-1);
  if (typeof last === 'number' && last >= 0 && last !== width) {
    throw invalid(card, `${role} ${name} is ${last} wide in the model and ${width} on the card`);
  }
}

async function score(
  runtime: Runtime,
  session: InferenceSession,
  card: ModelCard,
  inputs: ReadonlyArray<Float32Array>,
  rows: number,
): Promise<ReadonlyArray<Float32Array>> {
  if (rows === 0) return card.outputs.map(() => new Float32Array(0));
  const feeds: Record<string, Tensor> = {};
  for (const [index, input] of card.inputs.entries()) {
    const width = input.fields.length;
    feeds[input.tensor] = new runtime.Tensor('float32', inputs[index]!.subarray(0, rows * width), [rows, width]);
  }
  const results = await session.run(
    feeds,
    card.outputs.map((output) => output.tensor),
  );
  return card.outputs.map((output) => values(card, results[output.tensor], rows));
}

function values(card: ModelCard, tensor: Tensor | undefined, rows: number): Float32Array {
  const data = tensor?.data;
  if (data instanceof Float32Array && data.length === rows) return data;
  throw invalid(card, `it answered ${data?.length ?? 0} values for ${rows} rows`);
}

function invalid(card: ModelCard, reason: string, nextStep = 'Correct the card.', cause?: unknown): WorkbenchError {
  return new WorkbenchError('MODEL_INVALID', `model ${card.name}: ${reason}`, { object: card.name, nextStep, cause });
}
