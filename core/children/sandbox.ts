/** The sandbox's own process: opens it when told, reports its status while it changes. */
import { answer } from '#core/process/calls.ts';
import { runChild } from '#core/process/child.ts';
import { LineBatcher } from '#core/sandbox/line-batcher.ts';
import type { SandboxApi, SandboxCommand, SandboxEvent } from '#core/sandbox/messages.ts';
import { openSandbox, type Sandbox } from '#core/sandbox/sandbox.ts';

const reportIntervalMs = 500;

runChild<SandboxCommand, SandboxEvent>((emit, log) => {
  let sandbox: Sandbox | undefined;
  /** Chosen while it was still opening. */
  let chosenRate: number | undefined;
  const lines = new LineBatcher((batch) => emit({ type: 'log', lines: batch }));
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
        const onLine = lines.add.bind(lines);
        sandbox = await openSandbox({ ...command, log, onLine, onChange: report });
        if (chosenRate !== undefined) sandbox.setFeedRate(chosenRate);
        setInterval(report, reportIntervalMs);
      } else if (command.type === 'call') {
        const api: SandboxApi | undefined = sandbox;
        if (api !== undefined) emit(await answer(api, command));
        return;
      } else {
        chosenRate = command.ratePerSecond;
        sandbox?.setFeedRate(chosenRate);
      }
      report();
    },
    close: async () => sandbox?.close(),
  };
});
