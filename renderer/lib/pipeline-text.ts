/** Words for what a pipeline says of itself, shared by the pages that show one. */
import type { Guarantee, PipelineStatus } from '#core/contract/pipeline.ts';

const guaranteeWords: Readonly<Record<Guarantee, string>> = {
  'exactly-once': 'exactly once',
  idempotent: 'idempotent',
  'at-least-once': 'at least once',
};

const weakestFirst: readonly Guarantee[] = ['at-least-once', 'idempotent', 'exactly-once'];

export const guaranteeText = (guarantee: Guarantee): string => guaranteeWords[guarantee];

/** The promise that holds for the pipeline as a whole is that of its weakest sink. */
export function weakestGuarantee(sinks: PipelineStatus['sinks']): Guarantee | undefined {
  return weakestFirst.find((guarantee) => sinks.some((sink) => sink.guarantee === guarantee));
}

/** Rows a second that reach the sink: what the pipeline as a whole does. */
export function pipelineRate({ progress }: PipelineStatus): number | null {
  return progress?.stages.find(({ id }) => id === 'sink')?.ratePerSecond ?? null;
}
