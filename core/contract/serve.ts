/** How every transport serves the contract: errors leave as `WORKBENCH` with `ErrorData`, whatever was thrown. */
import { ORPCError } from '@orpc/server';
import { toErrorData } from './errors.ts';

/** Wraps one call; given to each handler as its client interceptor. */
export async function errorsAsData<T>(options: { next(): Promise<T> }): Promise<T> {
  try {
    const output = await options.next();
    return isStream(output) ? (streamErrorsAsData(output) as T) : output;
  } catch (error) {
    throw asData(error);
  }
}

function asData(error: unknown): Error {
  if (error instanceof ORPCError) return error;
  const data = toErrorData(error);
  return new ORPCError('WORKBENCH', { status: 422, defined: true, message: data.message, data });
}

export type Stream = AsyncIterableIterator<unknown>;

/** Whether a method answers by and by. */
export function isStream(output: unknown): output is Stream {
  return typeof output === 'object' && output !== null && Symbol.asyncIterator in output && 'next' in output;
}

/** No generator: the transport ends a stream while its next item is waited for, which a generator would hold up. */
function streamErrorsAsData(stream: Stream): Stream {
  return {
    next: () =>
      stream.next().catch((error: unknown) => {
        throw asData(error);
      }),
    return: async (value?: unknown) => (await stream.return?.(value)) ?? { done: true, value },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
