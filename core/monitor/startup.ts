/** How long the start took: milliseconds from the start of the program to each mark, set once; building the page left out. */
import type { SandboxStatus, Snapshot } from '#core/contract/live.ts';
import type { PipelineStatus } from '#core/contract/pipeline.ts';

export class StartupMarks {
  #hostReadyMs: number | null = null;
  #sandboxReadyMs: number | null = null;
  #firstRowMs: number | null = null;

  readonly #builtMs: number;

  constructor(builtMs: number) {
    this.#builtMs = builtMs;
  }

  hostReady(): void {
    this.#hostReadyMs = this.#nowMs();
  }

  marks(sandbox: SandboxStatus, pipelines: readonly PipelineStatus[]): Snapshot['startup'] {
    if (sandbox.state === 'running') this.#sandboxReadyMs ??= this.#nowMs();
    if (pipelines.some(({ progress }) => progress !== null && progress.written > 0n))
      this.#firstRowMs ??= this.#nowMs();
    return { hostReadyMs: this.#hostReadyMs, sandboxReadyMs: this.#sandboxReadyMs, firstRowMs: this.#firstRowMs };
  }

  #nowMs(): number {
    return performance.now() - this.#builtMs;
  }
}
