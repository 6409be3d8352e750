/** How every transport serves the contract: errors leave as `WORKBENCH` with `ErrorData`, whatever was thrown. */
import { ORPCError } from '@orpc/server';
import { toErrorData } from './errors.ts';

/** Wraps one call; given to each handler as its client interceptor. */
export async function errorsAsData<T>(options: { next(): Promise<T> }): Promise<T> {
  try {
    return await options.next();
  } catch (error) {
    if (error instanceof ORPCError) throw error;
    const data = toErrorData(error);
    throw new ORPCError('WORKBENCH', { status: 422, defined: true, message: data.message, data });
  }
}
