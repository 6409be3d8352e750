/**
 * What an error of Postgres means to a sink, decided by its SQLSTATE and never by its text.
 *
 * `SINK_REJECTED` is kept for what a row can cause, because the engine then looks for the bad row and puts it aside.
 * A missing table or right concerns every row alike: taken for a bad row it would send the whole topic to the dead letters.
 */
import { type ErrorCode, toErrorData, WorkbenchError } from '#core/contract/errors.ts';

/** The fields of an ErrorResponse that are of use here; `pg` puts them on the error it throws. */
interface ServerError extends Error {
  readonly code?: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly column?: string;
  readonly constraint?: string;
  readonly where?: string;
}

export type Verdict = 'unreachable' | 'rejected' | 'misfit';

const verdictOfState: Readonly<Record<string, Verdict>> = {
  '25006': 'unreachable', // read-only: a replica, or a server about to switch over
  '25P03': 'unreachable', // idle in transaction for too long
  '25P04': 'unreachable',
  '55P03': 'unreachable', // lock not available
  '55006': 'unreachable', // object in use
};

const verdictOfClass: Readonly<Record<string, Verdict>> = {
  '08': 'unreachable',
  '40': 'unreachable',
  '53': 'unreachable',
  '57': 'unreachable',
  '58': 'unreachable',
  XX: 'unreachable', // a fault inside the server: waiting in sight of the user loses nothing
  '0A': 'misfit',
  '28': 'misfit',
  '3D': 'misfit',
  '3F': 'misfit',
  '42': 'misfit',
};

const codes: Readonly<Record<Verdict, ErrorCode>> = {
  unreachable: 'SINK_UNREACHABLE',
  rejected: 'SINK_REJECTED',
  misfit: 'PREFLIGHT_FAILED',
};

/** No SQLSTATE means that the connection failed, not the statement. */
export function verdictOf(sqlState: string | undefined): Verdict {
  if (sqlState === undefined) return 'unreachable';
  return verdictOfState[sqlState] ?? verdictOfClass[sqlState.slice(0, 2)] ?? 'rejected';
}

/** The SQLSTATE that the server gave; undefined for an error of the network. */
export function sqlStateOf(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as ServerError).code : undefined;
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code) && !networkCodes.has(code) ? code : undefined;
}

/** Node's own codes that look like a SQLSTATE. */
const networkCodes: ReadonlySet<string> = new Set(['EPIPE']);

/** Any error thrown while talking to Postgres, in the words of the house. `object`: the table or the address. */
export function fromPostgres(error: unknown, object: string): WorkbenchError {
  if (error instanceof WorkbenchError) return error;
  const state = sqlStateOf(error);
  const verdict = verdictOf(state);
  return new WorkbenchError(codes[verdict], messageOf(error, state), {
    object,
    nextStep: nextStepOf(verdict, state),
    retryable: verdict === 'unreachable',
    cause: error,
  });
}

/** not null, check: the detail is the whole row, which is nothing for a log. */
const detailsWithRow: ReadonlySet<string> = new Set(['23502', '23514']);

function messageOf(error: unknown, state: string | undefined): string {
  if (!(error instanceof Error)) return String(error);
  if (state === undefined) return `Postgres can’t be reached: ${networkMessage(error)}`;
  const { detail, column, constraint, where } = error as ServerError;
  const parts = [`Postgres says: ${error.message}`];
  if (detail !== undefined && !detailsWithRow.has(state)) parts.push(detail);
  if (column !== undefined) parts.push(`column ${column}`);
  if (constraint !== undefined) parts.push(`constraint ${constraint}`);
  const place = where?.match(/^COPY [^,]+, line \d+, column (.+)$/m)?.[1];
  if (column === undefined && place !== undefined) parts.push(`column ${place}`);
  return `${parts.join('; ')} (SQLSTATE ${state})`;
}

/** Several addresses tried come as an AggregateError without a message of its own. */
function networkMessage(error: Error): string {
  if (error instanceof AggregateError) {
    return [...new Set(error.errors.map((each) => toErrorData(each).message))].join('; ');
  }
  return error.message;
}

function nextStepOf(verdict: Verdict, state: string | undefined): string | undefined {
  if (verdict === 'unreachable')
    return 'It is tried again by itself; see that the server runs and accepts connections.';
  if (verdict === 'rejected') return undefined;
  if (state?.startsWith('28')) return 'Check the user and the password of the connection.';
  if (state === '3D000') return 'Create the database, or name another one in the connection.';
  if (state === '42501') return 'Grant the connection’s user what is missing, then start the pipeline again.';
  return 'Make the table fit what the pipeline writes, then start it again.';
}
