/** The contract's methods of pipelines and their dead letters. */
import { implement } from '@orpc/server';
import { z } from 'zod';
import { contract } from '#core/contract/contract.ts';
import type { SinkComponent } from './component.ts';
import type { Letters } from './dead-letters/letters.ts';
import type { Resets } from './reset.ts';
import type { PipelineRuns } from './runs.ts';

const os = implement(contract.pipelines);
const lettersOs = implement(contract.deadLetters);

export function pipelinesApi(runs: PipelineRuns, resets: Resets, sinks: readonly SinkComponent[]) {
  return {
    list: os.list.handler(() => runs.statuses()),
    source: os.source.handler(({ input }) => runs.source(input.name)),
    start: os.start.handler(({ input }) => runs.start(input.name)),
    stop: os.stop.handler(({ input }) => runs.stop(input.name)),
    sinks: os.sinks.handler(({ input }) => resets.sinks(input.name)),
    previewReset: os.previewReset.handler(({ input }) => resets.preview(input)),
    reset: os.reset.handler(({ input }) => resets.reset(input)),
    components: os.components.handler(() => ({
      sinks: sinks.map(({ type, title, spec }) => ({
        type,
        title,
        schema: z.toJSONSchema(spec, { io: 'input' }) as Record<string, unknown>,
      })),
    })),
  };
}

export function deadLettersApi(letters: Letters) {
  const never = new AbortController().signal;
  return {
    list: lettersOs.list.handler(({ input, signal = never }) => letters.list(input.pipeline, input, signal)),
    get: lettersOs.get.handler(({ input, signal = never }) => letters.get(input.pipeline, input.id, signal)),
    preview: lettersOs.preview.handler(({ input }) => letters.preview(input.pipeline, input.letters)),
    redrive: lettersOs.redrive.handler(({ input, signal = never }) =>
      letters.redrive(input.pipeline, input.letters, input.again, signal),
    ),
    drop: lettersOs.drop.handler(({ input }) => letters.drop(input.pipeline, input.ids)),
    restore: lettersOs.restore.handler(({ input }) => letters.restore(input.pipeline, input.ids)),
  };
}
