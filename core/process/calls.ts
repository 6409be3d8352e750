/**
 * Questions and answers over a port that only knows messages: each call carries a number, its answer carries it back.
 * Nothing of the domain; errors cross as data.
 */
import { type ErrorData, fromErrorData, toErrorData, type WorkbenchError } from '#core/contract/errors.ts';

export interface Call {
  readonly type: 'call';
  readonly id: number;
  readonly method: string;
  readonly input: unknown;
}

export interface Answer {
  readonly type: 'answer';
  readonly id: number;
  readonly value?: unknown;
  readonly error?: ErrorData;
}

/** What an end can be asked: for each method what goes in and what comes out. */
export type Methods<Api> = { readonly [Method in keyof Api]: (input: never) => unknown };

export type InputOf<Method> = Method extends (input: infer Input) => unknown ? Input : never;
export type OutputOf<Method> = Method extends (input: never) => infer Output ? Awaited<Output> : never;

/** The asking end. */
export class Caller<Api extends Methods<Api>> {
  readonly #send: (call: Call) => void;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #next = 1;

  constructor(send: (call: Call) => void) {
    this.#send = send;
  }

  call<Method extends keyof Api & string>(method: Method, input: InputOf<Api[Method]>): Promise<OutputOf<Api[Method]>> {
    const id = this.#next++;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    this.#send({ type: 'call', id, method, input });
    return waiting.promise as Promise<OutputOf<Api[Method]>>;
  }

  /** Hands an answer to whoever waits for it; one that nobody waits for any more is dropped. */
  settle({ id, value, error }: Answer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(value);
    else waiting?.reject(fromErrorData(error));
  }

  /** The other end is gone: whoever waits is told so. */
  lost(error: WorkbenchError): void {
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const waiting of all) waiting.reject(error);
  }
}

/** The answering end: never throws. */
export async function answer<Api extends Methods<Api>>(api: Api, { id, method, input }: Call): Promise<Answer> {
  try {
    const handler = (api as unknown as Record<string, (input: unknown) => unknown>)[method];
    if (handler === undefined) throw new Error(`there is no method ${method}`);
    return { type: 'answer', id, value: await handler(input) };
  } catch (error) {
    return { type: 'answer', id, error: toErrorData(error) };
  }
}
