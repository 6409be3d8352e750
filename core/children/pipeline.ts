/** A pipeline's own process: runs one definition until it is told to close, reports its status while it changes. */
import type { PipelineCommand, PipelineEvent } from '#core/pipeline/messages.ts';
import { openPipeline, type Pipeline } from '#core/pipeline/pipeline.ts';
import { Caller } from '#core/process/calls.ts';
import { runChild } from '#core/process/child.ts';
import type { SinkApi } from '#core/sinks/duckdb/messages.ts';
import { ownWhenNeeded } from '#core/sinks/duckdb/own.ts';
import { remoteOwner } from '#core/sinks/duckdb/remote.ts';
import { createSinks } from '#core/sinks/index.ts';
import { type ConnectionGuard, sealConnection } from '#core/workspace/connection.ts';

const reportIntervalMs = 250;

runChild<PipelineCommand, PipelineEvent>((emit, log) => {
  const caller = new Caller<SinkApi>(emit);
  const sinks = createSinks(remoteOwner(caller, ownWhenNeeded()));
  let pipeline: Pipeline | undefined;
  let guard: ConnectionGuard | undefined;
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
      if (command.type === 'answer') {
        caller.settle(command);
        return;
      }
      if (command.type === 'guard') {
        if (guard !== undefined) Object.assign(guard, command.guard);
        return;
      }
      const connection = sealConnection(command.connection);
      guard = connection.guard;
      pipeline = openPipeline({ ...command, connection, sinks, log, onStateChange: report });
      setInterval(report, reportIntervalMs);
      report();
    },
    close: async () => pipeline?.close(),
  };
});
