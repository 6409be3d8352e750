/** What the main process and the sandbox's process say to each other. */
import type { FeedStatus } from '#core/contract/live.ts';
import type { NewSandboxTopic, SandboxDisk } from '#core/contract/sandbox.ts';
import type { Answer, Call } from '#core/process/calls.ts';
import type { Line } from './line.ts';
import type { SandboxAddresses, SandboxPorts } from './sandbox.ts';

/** The questions. */
export interface SandboxApi {
  disk(): Promise<SandboxDisk>;
  createTopic(topic: NewSandboxTopic): Promise<void>;
  deleteTopic(name: string): void;
}

export type SandboxCommand =
  | Call
  | {
      readonly type: 'open';
      readonly dataDir: string;
      readonly cacheDir: string;
      readonly ports: SandboxPorts;
      readonly feedRatePerSecond: number;
    }
  | { readonly type: 'set feed rate'; readonly ratePerSecond: number };

export type SandboxEvent = Answer | SandboxReport | { readonly type: 'log'; readonly lines: readonly Line[] };

export interface SandboxReport {
  readonly type: 'status';
  readonly addresses: SandboxAddresses;
  readonly feed: FeedStatus | null;
  readonly diskBytes: number;
}
