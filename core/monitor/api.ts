/** The contract's methods of the program itself: what it is, and the live snapshot. */
import { implement } from '@orpc/server';
import { contract } from '#core/contract/contract.ts';
import type { Workspace } from '#core/workspace/workspace.ts';
import type { Live } from './live.ts';

const os = implement(contract.system);

export function systemApi(version: string, workspace: Workspace, live: Live) {
  return {
    info: os.info.handler(() => ({
      version,
      node: process.versions.node,
      platform: `${process.platform} ${process.arch}`,
      workspace: workspace.dir,
      stateDir: workspace.stateDir,
    })),
    watch: os.watch.handler(({ signal }) => live.watch(signal)),
  };
}
