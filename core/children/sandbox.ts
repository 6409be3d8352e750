/** The sandbox's own process: opens it when told, reports its status while it changes. */
import { runChild } from '#core/process/child.ts';
import type { SandboxCommand, SandboxEvent } from '#core/sandbox/messages.ts';
import { openSandbox, type Sandbox } from '#core/sandbox/sandbox.ts';

const reportIntervalMs = 500;

runChild<SandboxCommand, SandboxEvent>((emit, log) => {
  let sandbox: Sandbox | undefined;
  let reported = '';
  const report = (): void => {
    if (sandbox === undefined) return;
    const { addresses } = sandbox;
    const event = { type: 'status', addresses, feed: sandbox.feed(), diskBytes: sandbox.diskBytes() } as const;
    const text = JSON.stringify(event);
    if (text !== reported) emit(event);
    reported = text;
  };
  return {
    async handle(command) {
      if (command.type === 'open') {
        sandbox = await openSandbox({ ...command, log, onChange: report });
        setInterval(report, reportIntervalMs);
      } else sandbox?.setFeedRate(command.ratePerSecond);
      report();
    },
    close: async () => sandbox?.close(),
  };
});
