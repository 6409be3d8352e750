/** What the main process and the sandbox's process say to each other. */
import type { FeedStatus } from '#core/contract/live.ts';
import type { SandboxAddresses, SandboxPorts } from './sandbox.ts';

export type SandboxCommand =
  | {
      readonly type: 'open';
      readonly dataDir: string;
      readonly cacheDir: string;
      readonly ports: SandboxPorts;
      readonly feedRatePerSecond: number;
    }
  | { readonly type: 'set feed rate'; readonly ratePerSecond: number };

export interface SandboxEvent {
  readonly type: 'status';
  readonly addresses: SandboxAddresses;
  readonly feed: FeedStatus | null;
  readonly diskBytes: number;
}
