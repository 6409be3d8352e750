/**
 * Any failure of the Kafka library or a broker as a `WorkbenchError`: what failed, on which object, what to do next.
 *
 * Brokers answer with numbers, the library with nested classes; everything outside this folder sees only the result.
 */
import {
  AuthenticationError,
  GenericError,
  protocolAPIsById,
  protocolErrors,
  protocolErrorsCodesById,
} from '@platformatic/kafka';
import { WorkbenchError } from '#core/contract/errors.ts';
import { securityFault } from './security-fault.ts';

/** A broker's error code by its name in the protocol ("NOT_LEADER_OR_FOLLOWER"); a code we do not know keeps its number. */
export function brokerErrorName(code: number): string {
  const names: Readonly<Record<number, string>> = protocolErrorsCodesById;
  return names[code] ?? `UNKNOWN_ERROR_${code}`;
}

/** A request by its name in the protocol ("Fetch"). */
export function apiName(key: number): string {
  const names: Readonly<Record<number, string>> = protocolAPIsById;
  return names[key] ?? `request ${key}`;
}

/** Leadership moved or metadata is behind: refresh it and ask again, nothing is wrong with the request. */
export function isStaleMetadata(name: string): boolean {
  return staleMetadataErrors.has(name);
}

const staleMetadataErrors: ReadonlySet<string> = new Set([
  'UNKNOWN_TOPIC_OR_PARTITION',
  'UNKNOWN_TOPIC_ID',
  'INCONSISTENT_TOPIC_ID',
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_OR_FOLLOWER',
  'REPLICA_NOT_AVAILABLE',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
  'OFFSET_NOT_AVAILABLE',
  'KAFKA_STORAGE_ERROR',
  'LISTENER_NOT_FOUND',
]);

/** What a broker refused, from the code in its answer. `object` is the topic, group or address concerned, `detail` its own words. */
export function rejection(
  code: number,
  object: string,
  { detail, cause }: { readonly detail?: string | undefined; readonly cause?: unknown } = {},
): WorkbenchError {
  const name = brokerErrorName(code);
  const about = describe(name);
  const words = detail === undefined ? about.message : `${about.message} (${detail})`;
  if (name.endsWith('_AUTHORIZATION_FAILED') || name === 'SASL_AUTHENTICATION_FAILED') {
    return new WorkbenchError('KAFKA_AUTH', `${object}: ${words}`, {
      object,
      cause,
      nextStep: 'Ask for the missing permission on this object, or connect as another user.',
    });
  }
  return new WorkbenchError('KAFKA_REJECTED', `${object}: ${words}`, {
    object,
    cause,
    retryable: about.retryable,
    nextStep: about.retryable
      ? 'Wait a moment and try again: the cluster is changing or busy.'
      : 'Check the request against the settings of the topic and the cluster.',
  });
}

function describe(name: string): { message: string; retryable: boolean } {
  const known: Readonly<Record<string, { message: string; canRetry: boolean }>> = protocolErrors;
  const entry = known[name];
  if (entry === undefined) return { message: name, retryable: false };
  return { message: `${name}: ${entry.message.replace(/\.$/, '')}`, retryable: entry.canRetry };
}

export function unreachable(address: string, cause: unknown, nextStep?: string): WorkbenchError {
  return new WorkbenchError(
    'KAFKA_UNREACHABLE',
    `No answer from the Kafka broker at ${address}: ${rootMessage(cause)}`,
    {
      object: address,
      retryable: true,
      cause,
      nextStep: nextStep ?? 'Check that the broker runs and that this machine can reach its address and port.',
    },
  );
}

const newerCluster = 'Use a cluster of Kafka 2.4 or newer.';

/** `versions`: those in which the request could be sent. */
export function notOffered(
  address: string,
  apiKey: number,
  { min, max }: { min: number; max: number },
): WorkbenchError {
  return new WorkbenchError(
    'UNSUPPORTED',
    `The Kafka broker at ${address} does not offer ${apiName(apiKey)} in version ${min} to ${max}.`,
    { object: address, nextStep: newerCluster },
  );
}

/** An error thrown by the library, with the broker it was talking to. */
export function kafkaError(error: unknown, address: string, object = address): WorkbenchError {
  if (error instanceof WorkbenchError) return error;
  const fault = securityFault(causes(error), address);
  if (fault !== undefined) return fault;
  const code = apiCode(error);
  if (code !== undefined) return rejection(code, object, { detail: serverMessage(error), cause: error });
  if (isAuthentication(error))
    return wasCutOff(error) ? unreachable(address, error, cutOffAtLogin) : authFailed(address, error);
  if (codeOf(error) === 'PLT_KFK_UNSUPPORTED_API') {
    return new WorkbenchError(
      'KAFKA_REJECTED',
      `The broker at ${address} is too old or too new: ${rootMessage(error)}`,
      { object: address, cause: error, nextStep: newerCluster },
    );
  }
  return unreachable(address, error);
}

function authFailed(address: string, cause: unknown): WorkbenchError {
  return new WorkbenchError('KAFKA_AUTH', `The Kafka broker at ${address} refused the login: ${rootMessage(cause)}`, {
    object: address,
    cause,
    nextStep: 'Check the user name, the password and the SASL mechanism of this connection.',
  });
}

/** The name of the code with which a broker refused what was asked; undefined when it failed otherwise. */
export function refusedAs(error: unknown): string | undefined {
  const code = error instanceof WorkbenchError ? apiCode(error.cause) : undefined;
  return code === undefined ? undefined : brokerErrorName(code);
}

/** The first code a broker put into a response that the library turned into an error. */
function apiCode(error: unknown): number | undefined {
  for (const one of causes(error)) {
    if ('apiCode' in one && typeof one.apiCode === 'number') return one.apiCode;
  }
  return undefined;
}

/** The parsed response inside the library's error, or inside the cause of ours: most of its parts may be fine. */
export function responseOf(error: unknown): unknown {
  for (const one of causes(error)) if ('response' in one) return one.response;
  return undefined;
}

function serverMessage(error: unknown): string | undefined {
  for (const one of causes(error)) {
    if ('serverErrorMessage' in one && typeof one.serverErrorMessage === 'string') return one.serverErrorMessage;
  }
  return undefined;
}

const cutOffAtLogin = 'It ended the connection at the login: it may speak TLS on this port, or take no login there.';

/** By the network, not by an answer: a broker that restarts in the middle of a login is tried again. */
function wasCutOff(error: unknown): boolean {
  return codeOf(causes(error).at(-1)) === 'PLT_KFK_NETWORK';
}

function isAuthentication(error: unknown): boolean {
  return causes(error).some((one) => one instanceof AuthenticationError);
}

function codeOf(error: unknown): unknown {
  return error instanceof GenericError ? error.code : undefined;
}

/** The words of the innermost cause: "connect ECONNREFUSED 127.0.0.1:9092" rather than "Connection failed." */
function rootMessage(error: unknown): string {
  const chain = causes(error);
  return chain.at(-1)?.message.replace(/\.$/, '') ?? String(error);
}

/** The error, its causes and the members of an aggregate, outermost first. */
function causes(error: unknown): Error[] {
  const found: Error[] = [];
  const visit = (one: unknown): void => {
    if (!(one instanceof Error) || found.includes(one)) return;
    found.push(one);
    if (one instanceof AggregateError) for (const member of one.errors) visit(member);
    visit(one.cause);
  };
  visit(error);
  return found;
}
