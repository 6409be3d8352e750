/** What a failed call says to the user: the contract's error data, whatever was thrown. */
import { ORPCError } from '@orpc/client';
import type { ErrorData } from '#core/contract/errors.ts';

export function toFailure(error: unknown): ErrorData {
  if (error instanceof ORPCError && isErrorData(error.data)) return error.data;
  if (error instanceof ORPCError && error.code === 'BAD_REQUEST') {
    return { code: 'INVALID_INPUT', message: error.message, retryable: false };
  }
  if (error instanceof Error && error.name === 'AbortError') {
    return {
      code: 'CANCELLED',
      message: 'The connection to the workbench was lost before the answer came.',
      nextStep: 'Look whether it was done, then try again.',
      retryable: true,
    };
  }
  return { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error), retryable: false };
}

export function isRetryable(error: unknown): boolean {
  return toFailure(error).retryable;
}

/** The whole of it as text, to paste into a report. */
export function failureDetails(failure: ErrorData): string {
  const lines = [`${failure.code}: ${failure.message}`];
  if (failure.object !== undefined) lines.push(`on: ${failure.object}`);
  if (failure.nextStep !== undefined) lines.push(`next step: ${failure.nextStep}`);
  lines.push(`retryable: ${failure.retryable}`, `at: ${new Date().toISOString()}`);
  return lines.join('\n');
}

function isErrorData(data: unknown): data is ErrorData {
  return typeof data === 'object' && data !== null && 'code' in data && 'message' in data && 'retryable' in data;
}
