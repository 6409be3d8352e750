/**
 * The live snapshot of the workbench, for all pages.
 *
 * Unchanged parts keep their identity from one snapshot to the next, so a component that selects a part renders only when
 * that part changes.
 */
import { replaceEqualDeep } from '@tanstack/react-query';
import { create } from 'zustand';
import type { JournalStatus } from '#core/contract/journal.ts';
import type { ProcessStatus, SandboxStatus, Snapshot } from '#core/contract/live.ts';
import type { PipelineFault, PipelineStatus } from '#core/contract/pipeline.ts';
import { client } from './client.ts';
import { recordProgress } from './rates.ts';

/** Between the end of a stream (the host restarts it, the connection goes) and asking for the next. */
const pauseMs = 250;

interface LiveState {
  readonly snapshot: Snapshot | undefined;
}

const useLive = create<LiveState>(() => ({ snapshot: undefined }));

/** Follows the host until `signal` ends it, across every loss of the connection. Called once, by the shell. */
export async function followSnapshots(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const next of await client.system.watch(undefined, { signal })) accept(next);
    } catch {
      // The transport says what is wrong and comes back; the last snapshot stays on screen.
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

function accept(next: Snapshot): void {
  useLive.setState(({ snapshot }) => ({ snapshot: replaceEqualDeep(snapshot, next) }));
  for (const { name, progress } of next.pipelines) {
    if (progress !== null) recordProgress(name, progress);
  }
}

const noProcesses: readonly ProcessStatus[] = [];
const noPipelines: readonly PipelineStatus[] = [];
const noFaults: readonly PipelineFault[] = [];

/** False until the first snapshot came: pages show that they wait. */
export const useHasSnapshot = (): boolean => useLive(({ snapshot }) => snapshot !== undefined);
export const useSnapshotTime = (): number | undefined => useLive(({ snapshot }) => snapshot?.at);
export const useProcesses = (): readonly ProcessStatus[] =>
  useLive(({ snapshot }) => snapshot?.processes ?? noProcesses);
export const useSandbox = (): SandboxStatus | undefined => useLive(({ snapshot }) => snapshot?.sandbox);
export const useStartup = (): Snapshot['startup'] | undefined => useLive(({ snapshot }) => snapshot?.startup);
export const usePipelines = (): readonly PipelineStatus[] =>
  useLive(({ snapshot }) => snapshot?.pipelines ?? noPipelines);
export const usePipelineFaults = (): readonly PipelineFault[] =>
  useLive(({ snapshot }) => snapshot?.pipelineFaults ?? noFaults);
export const useJournalStatus = (): JournalStatus | undefined => useLive(({ snapshot }) => snapshot?.journal);
export const usePipeline = (name: string): PipelineStatus | undefined =>
  useLive(({ snapshot }) => snapshot?.pipelines.find((pipeline) => pipeline.name === name));
