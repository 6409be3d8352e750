/** How long the start took: milliseconds from the start of the program to each mark, set once. */
import type { SandboxStatus, Snapshot } from '#core/contract/live.ts';
import type { PipelineStatus } from '#core/contract/pipeline.ts';

export class StartupMarks {
  #hostReadyMs: number | null = null;
  #sandboxReadyMs: number | null = null;
  #firstRowMs: number | null = null;

  hostReady(): void {
    this.#hostReadyMs = performance.now();
  }

  marks(sandbox: SandboxStatus, pipelines: readonly PipelineStatus[]): Snapshot['startup'] {
    if (sandbox.state === 'running') this.#sandboxReadyMs ??= performance.now();
    if (pipelines.some(({ progress }) => progress !== null && progress.written > 0n))
      this.#firstRowMs ??= performance.now();
    return { hostReadyMs: this.#hostReadyMs, sandboxReadyMs: this.#sandboxReadyMs, firstRowMs: this.#firstRowMs };
  }
}
