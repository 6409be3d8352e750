/**
 * One question to a child process of its own, which ends with the answer: for work that must not block this process and is
 * asked for too seldom to keep a child. The child answers calls (`answer`) and holds nothing that a kill could hurt.
 */
import { WorkbenchError } from '#core/contract/errors.ts';
import { type Answer, type Call, Caller, type InputOf, type Methods, type OutputOf } from './calls.ts';
import { exitText, type Fork, isHouseMessage } from './port.ts';

export interface Question<Api, Method> {
  /** Which file of `children/` answers. */
  readonly child: string;
  readonly method: Method;
  readonly input: InputOf<Api[Method & keyof Api]>;
  /** Ends the child, and the question with `PROCESS_CRASHED`. */
  readonly signal?: AbortSignal | undefined;
}

/** Throws what the child threw, or `PROCESS_CRASHED` with its last words where it died. */
export async function askOnce<Api extends Methods<Api>, Method extends keyof Api & string>(
  fork: Fork,
  { child: name, method, input, signal }: Question<Api, Method>,
): Promise<OutputOf<Api[Method]>> {
  const child = fork(name);
  const caller = new Caller<Api>((call: Call) => child.send(call));
  let lastWords: string | undefined;
  child.onMessage((message) => {
    if (!isHouseMessage(message)) caller.settle(message as Answer);
    else if (message.type === '$crash') lastWords = message.reason;
  });
  child.onErrorLine((line) => {
    if (line.trim() !== '') lastWords = line.trim();
  });
  child.onExit((exit) => {
    caller.lost(
      new WorkbenchError('PROCESS_CRASHED', `the process ${name} ended: ${lastWords ?? exitText(exit)}`, {
        object: name,
        nextStep: 'Try again.',
        retryable: true,
      }),
    );
  });
  const kill = (): void => child.kill();
  signal?.addEventListener('abort', kill);
  try {
    return await caller.call(method, input);
  } finally {
    signal?.removeEventListener('abort', kill);
    child.kill();
  }
}
