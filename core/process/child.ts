/**
 * The child's side of the port: what every child process does the same way.
 *
 * `runChild` is the last line of a file in `children/`. Commands arrive one after another; an error thrown by a handler
 * ends the process with its reason, and the supervisor starts it again.
 */
import { toErrorData } from '#core/contract/errors.ts';
import { workInBackground } from './background.ts';
import { parentPort } from './parent-port.ts';
import { type HouseEvent, isHouseMessage } from './port.ts';
import { startWatchdog } from './watchdog.ts';

const vitalsIntervalMs = 2_000;

export interface ChildHandler<Command> {
  handle(command: Command): void | Promise<void>;
  /** Drains and releases everything; the process ends afterwards. */
  close(): Promise<void>;
}

/** `log` lines end in the parent's log; stderr is kept for what explains a crash. */
export function runChild<Command, Event>(
  create: (emit: (event: Event) => void, log: (line: string) => void) => ChildHandler<Command>,
): void {
  workInBackground();
  const parent = parentPort();
  startWatchdog(parent.parentPid);
  const emit = (event: Event | HouseEvent): void => parent.send(event);
  const crash = (error: unknown): void => {
    emit({ type: '$crash', reason: toErrorData(error).message });
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`, () => process.exit(1));
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);

  const handler = create(emit, (line) => emit({ type: '$log', line }));
  const close = async (): Promise<void> => {
    await handler.close();
    process.exit(0);
  };
  parent.onMessage((message) => {
    if (isHouseMessage(message)) void close().catch(crash);
    else void Promise.resolve(handler.handle(message as Command)).catch(crash);
  });
  // Ctrl-C at a terminal reaches the whole group: the parent decides when its children end.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => void close().catch(crash));
  parent.onDisconnect(() => process.exit(1));
  sendVitals(emit);
}

function sendVitals(emit: (event: HouseEvent) => void): void {
  const send = (): void => emit({ type: '$vitals', residentBytes: process.memoryUsage.rss() });
  send();
  setInterval(send, vitalsIntervalMs).unref();
}
