/**
 * What an error of DuckDB means, decided by its class (the words before the first colon), never by the rest of its text.
 *
 * `SINK_REJECTED` is kept for what a row can cause, because the engine then looks for the bad row and puts it aside.
 */
import { type ErrorCode, toErrorData, WorkbenchError } from '#core/contract/errors.ts';

/** What a class of errors means to somebody who writes rows (`sink`) and to somebody who asks a question (`query`). */
interface Verdict {
  readonly sink: ErrorCode;
  readonly query: ErrorCode;
  readonly retryable: boolean;
}

const rejected: Verdict = { sink: 'SINK_REJECTED', query: 'INVALID_INPUT', retryable: false };
const misfit: Verdict = { sink: 'PREFLIGHT_FAILED', query: 'INVALID_INPUT', retryable: false };
const passing: Verdict = { sink: 'SINK_UNREACHABLE', query: 'CONFLICT', retryable: true };
const broken: Verdict = { sink: 'INTERNAL', query: 'INTERNAL', retryable: false };

const verdicts: Readonly<Record<string, Verdict>> = {
  'Constraint Error': rejected,
  'Conversion Error': rejected,
  'Out of Range Error': rejected,
  'Invalid Input Error': rejected,
  'Invalid type Error': rejected,
  'Mismatch Type Error': rejected,
  'Decimal Error': rejected,
  'Divide by Zero Error': rejected,
  'Parser Error': misfit,
  'Binder Error': misfit,
  'Catalog Error': misfit,
  'Syntax Error': misfit,
  'Not implemented Error': misfit,
  'Permission Error': misfit,
  'Missing Extension Error': misfit,
  'Dependency Error': misfit,
  'TransactionContext Error': passing,
  'Transaction Error': passing,
  'Connection Error': passing,
  'Out of Memory Error': passing,
  'IO Error': passing,
  'INTERRUPT Error': { sink: 'SINK_UNREACHABLE', query: 'CANCELLED', retryable: true },
  'FATAL Error': broken,
  'INTERNAL Error': broken,
};

export interface ErrorPlace {
  readonly as: 'sink' | 'query';
  /** The table or file concerned. */
  readonly object?: string | undefined;
}

/** Any error thrown by DuckDB in the words of the house. */
export function fromDuckDb(error: unknown, { as, object }: ErrorPlace): WorkbenchError {
  if (error instanceof WorkbenchError) return error;
  const text = toErrorData(error).message.replace(/^Failed to extract statements: /, '');
  if (isHeld(text)) return inUse(text, object);
  const kind = classOf(text);
  if (/no space left on device/i.test(text)) return diskFull(text, object);
  const verdict = verdicts[kind] ?? broken;
  return new WorkbenchError(verdict[as], `DuckDB says: ${text.trim()}`, {
    object,
    nextStep: nextStepOf(kind),
    retryable: verdict.retryable,
    cause: error,
  });
}

/** True when the instance can't be used any more: every call after this error fails too, only a new process helps. */
export function isBroken(error: unknown): boolean {
  const text = error instanceof WorkbenchError ? error.message : String(error);
  return text.includes('FATAL Error') || text.includes('database has been invalidated');
}

function classOf(text: string): string {
  return /^([A-Za-z ]+ Error):/.exec(text)?.[1] ?? '';
}

function isHeld(text: string): boolean {
  return /could not set lock on file|being used by another process/i.test(text);
}

/** DuckDB names the holder: `Conflicting lock is held in /usr/bin/node (PID 123)`. */
function inUse(text: string, object: string | undefined): WorkbenchError {
  const pid = /\(PID (\d+)\)/.exec(text)?.[1];
  const holder = pid === undefined ? 'another process' : `process ${pid}`;
  return new WorkbenchError('DATA_IN_USE', `${object ?? 'The database file'} is in use by ${holder}`, {
    object,
    nextStep: `End ${holder} first, let it do the work, or name another file: DuckDB has one owner for each file.`,
  });
}

function diskFull(text: string, object: string | undefined): WorkbenchError {
  return new WorkbenchError('DISK_FULL', `DuckDB says: ${text.trim()}`, {
    object,
    nextStep: 'Free some space; it is tried again by itself.',
    retryable: true,
  });
}

function nextStepOf(kind: string): string | undefined {
  if (kind === 'FATAL Error') return 'Start again: all that was committed is in the file.';
  if (kind === 'Missing Extension Error')
    return 'Mercury Workbench downloads no extensions; parquet, json and icu are built in.';
  return undefined;
}
