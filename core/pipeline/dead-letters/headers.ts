/**
 * The headers of a dead letter: which record it was, where it failed and why. They have Kafka Connect's names, so that its
 * tools read ours, and its letters are read here alike.
 */
import type { DeadLetter } from '#core/contract/dead-letter.ts';
import { toErrorData } from '#core/contract/errors.ts';
import type { PipelineDefinition } from '#core/contract/pipeline.ts';
import type { Rejected } from '../topic-reader.ts';

/** What all headers begin with that a dead letter has beyond its record's own. */
export const letterHeaderPrefix = '__connect.errors.';

export interface Header {
  readonly name: string;
  readonly value: Uint8Array | null;
}

export interface LetterReason extends Pick<DeadLetter, 'source' | 'stage' | 'code' | 'message'> {
  /** The pipeline that set it aside. */
  readonly pipeline: string;
}

export function reasonHeaders(
  definition: PipelineDefinition,
  { partition, offset, stage, reason }: Rejected,
): Header[] {
  const texts: Readonly<Record<string, string>> = {
    topic: definition.source.topic,
    partition: String(partition),
    offset: String(offset),
    'connector.name': definition.name,
    'task.id': '0',
    stage: stage === 'decode' ? 'VALUE_CONVERTER' : 'TASK_PUT',
    'class.name': 'mercury-workbench',
    'exception.class.name': toErrorData(reason).code,
    'exception.message': reason.message,
    'exception.stacktrace': reason.stack ?? '',
  };
  return Object.entries(texts).map(([name, value]) => ({ name: letterHeaderPrefix + name, value: Buffer.from(value) }));
}

/** Undefined for a record that is no dead letter, or does not say which record it was. */
export function readReason(headers: readonly Header[]): LetterReason | undefined {
  // The last of a name: a record that was a letter before keeps what it had then in front.
  const texts = new Map(headers.map(({ name, value }) => [name, value === null ? '' : text(value)]));
  const of = (name: string): string | undefined => texts.get(letterHeaderPrefix + name);
  const [topic, partition, offset] = [of('topic'), of('partition'), of('offset')];
  if (topic === undefined || !isCount(partition) || !isCount(offset)) return undefined;
  return {
    source: { topic, partition: Number(partition), offset: BigInt(offset) },
    pipeline: of('connector.name') ?? '',
    stage: of('stage')?.endsWith('CONVERTER') === true ? 'decode' : 'sink',
    code: of('exception.class.name') ?? 'INTERNAL',
    message: of('exception.message') ?? 'it does not say why',
  };
}

export function ownHeaders(headers: readonly Header[]): readonly Header[] {
  return headers.filter(({ name }) => !name.startsWith(letterHeaderPrefix));
}

const decoder = new TextDecoder();

function text(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

function isCount(value: string | undefined): value is string {
  return value !== undefined && /^\d{1,19}$/.test(value);
}
