import { implement } from '@orpc/server';
import { z } from 'zod';
import { contract } from '#core/contract/contract.ts';
import type { SinkComponent } from './component.ts';
import type { PipelineRuns } from './runs.ts';

const os = implement(contract.pipelines);

export function pipelinesApi(runs: PipelineRuns, sinks: readonly SinkComponent[]) {
  return {
    list: os.list.handler(() => runs.statuses()),
    source: os.source.handler(({ input }) => runs.source(input.name)),
    start: os.start.handler(({ input }) => runs.start(input.name)),
    stop: os.stop.handler(({ input }) => runs.stop(input.name)),
    components: os.components.handler(() => ({
      sinks: sinks.map(({ type, title, spec }) => ({
        type,
        title,
        schema: z.toJSONSchema(spec, { io: 'input' }) as Record<string, unknown>,
      })),
    })),
  };
}
