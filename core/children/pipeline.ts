/** A pipeline's own process: runs one definition until it is told to close, reports its status while it changes. */

import type { PipelineCommand, PipelineEvent } from '#core/pipeline/messages.ts';
import { openPipeline, type Pipeline } from '#core/pipeline/pipeline.ts';
import { runChild } from '#core/process/child.ts';
import { sinks } from '#core/sinks/index.ts';

const reportIntervalMs = 250;

runChild<PipelineCommand, PipelineEvent>((emit, log) => {
  let pipeline: Pipeline | undefined;
  let reported: string | undefined;
  const report = (): void => {
    if (pipeline === undefined) return;
    const event = {
      type: 'status',
      state: pipeline.state,
      error: pipeline.error,
      progress: pipeline.progress(),
    } as const;
    const text = JSON.stringify(event, (_, value) => (typeof value === 'bigint' ? String(value) : value));
    if (text !== reported) emit(event);
    reported = text;
  };
  return {
    handle(command) {
      pipeline = openPipeline({ ...command, sinks, log, onStateChange: report });
      setInterval(report, reportIntervalMs);
      report();
    },
    close: async () => pipeline?.close(),
  };
});
