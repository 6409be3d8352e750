/** One request to a registry: address, credentials, time limit, and every failure as a `WorkbenchError` that says what to do. */
import { type IncomingMessage, request as requestPlain } from 'node:http';
import { type RequestOptions, request as requestTls } from 'node:https';
import { text as textOf } from 'node:stream/consumers';
import type { z } from 'zod';
import { toErrorData, WorkbenchError } from '#core/contract/errors.ts';
import type { RegistryAccess } from '#core/workspace/connection.ts';
import { Secret } from '#core/workspace/secret.ts';

/** `url` may carry a path (`http://host/apis/ccompat/v7`) and, in the usual form, a user and password. */
export interface RegistryHttpOptions extends RegistryAccess {
  readonly timeoutMs: number;
}

export interface RegistryRequest {
  /** Percent-encoded, with its query. */
  readonly path: string;
  /** Sent as JSON by POST; without it the request is a GET. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** What is asked for, as the user names it: "schema 7". */
  readonly object: string;
}

export interface RegistryHttp {
  /** The address without credentials. */
  readonly url: string;
  request<Output>(answer: z.ZodType<Output>, request: RegistryRequest): Promise<Output>;
}

const contentType = 'application/vnd.schemaregistry.v1+json';

export function registryHttp(options: RegistryHttpOptions): RegistryHttp {
  const { url, auth } = readAddress(options);
  return {
    url,
    async request(answer, request) {
      const response = await send(url, request, authorization(auth), options);
      if (!response.ok) throw refusal(url, request, response);
      const parsed = answer.safeParse(response.json);
      if (parsed.success) return parsed.data;
      throw new WorkbenchError('REGISTRY_REJECTED', `${url} did not answer as a Schema Registry does`, {
        object: request.object,
        nextStep: 'Check the address of the registry, with the path it may need.',
        cause: parsed.error,
      });
    },
  };
}

function readAddress({ url, auth }: RegistryAccess): Pick<RegistryAccess, 'url' | 'auth'> {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    throw new WorkbenchError('INVALID_INPUT', 'The address of the Schema Registry is no http or https URL', {
      nextStep: 'Give it as http://host:port, with the path it may need.',
    });
  }
  const username = decodeURIComponent(parsed.username);
  const password = new Secret(decodeURIComponent(parsed.password));
  const plain = `${parsed.origin}${parsed.pathname}`.replace(/\/+$/, '');
  return { url: plain, auth: auth ?? (username === '' ? undefined : { type: 'basic', username, password }) };
}

function authorization(auth: RegistryAccess['auth']): Record<string, string> {
  if (auth === undefined) return {};
  const credentials = Buffer.from(`${auth.username}:${auth.password.value}`).toString('base64');
  return { authorization: `Basic ${credentials}` };
}

interface Received {
  readonly ok: boolean;
  readonly status: number;
  readonly json: unknown;
}

async function send(
  url: string,
  { path, body, signal, object }: RegistryRequest,
  credentials: Record<string, string>,
  { tls, timeoutMs }: RegistryHttpOptions,
): Promise<Received> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const headers = { accept: `${contentType}, application/json`, ...credentials };
  const post = { method: 'POST', headers: { ...headers, 'content-type': contentType } };
  try {
    const { status, text } = await exchange(`${url}${path}`, body === undefined ? undefined : JSON.stringify(body), {
      ...(body === undefined ? { headers } : post),
      ...(tls === undefined ? {} : { ca: tls.ca, cert: tls.cert, key: tls.key?.value }),
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    return { ok: status >= 200 && status < 300, status, json: parseOrText(text) };
  } catch (error) {
    if (signal?.aborted) throw new WorkbenchError('CANCELLED', `Reading ${object} was cancelled`, { object });
    if (isUntrusted(error)) throw untrusted(url, error);
    const reason = timeout.aborted ? `it did not answer within ${timeoutMs} ms` : rootMessage(error);
    throw unreachable(url, reason, error);
  }
}

/** Not by `fetch`, which takes no certificate authority. */
async function exchange(
  address: string,
  body: string | undefined,
  options: RequestOptions,
): Promise<{ readonly status: number; readonly text: string }> {
  const answered = Promise.withResolvers<IncomingMessage>();
  const request = (address.startsWith('https:') ? requestTls : requestPlain)(address, options, answered.resolve);
  request.on('error', answered.reject);
  request.end(body);
  try {
    const response = await answered.promise;
    return { status: response.statusCode ?? 0, text: await textOf(response) };
  } catch (error) {
    // The server ended the connection of an earlier request just as it was used again.
    const wasEnded = request.reusedSocket && (error as NodeJS.ErrnoException).code === 'ECONNRESET';
    if (wasEnded) return exchange(address, body, options);
    throw error;
  }
}

/** By OpenSSL's names. */
const untrustedCodes: readonly string[] = [
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
];

function isUntrusted(error: unknown): boolean {
  return untrustedCodes.includes((error as NodeJS.ErrnoException).code ?? '');
}

function untrusted(url: string, cause: unknown): WorkbenchError {
  const message = `The certificate of the Schema Registry at ${url} is of an authority that is not trusted here: ${rootMessage(cause)}`;
  const nextStep = 'Name the CA certificate of the registry in the connection.';
  return new WorkbenchError('REGISTRY_UNREACHABLE', message, { object: url, nextStep, cause });
}

function refusal(url: string, { object }: RegistryRequest, { status, json }: Received): WorkbenchError {
  const message = messageOf(json) ?? `HTTP ${status}`;
  if (status === 404) {
    return new WorkbenchError('REGISTRY_NOT_FOUND', `The registry has no ${object}: ${message}`, {
      object,
      nextStep: `Check that it was registered at ${url} and not deleted since.`,
    });
  }
  if (status === 408 || status === 429 || status >= 500) return unreachable(url, `it answered ${status}: ${message}`);
  const isAuth = status === 401 || status === 403;
  return new WorkbenchError('REGISTRY_REJECTED', `The registry refused ${object}: ${message}`, {
    object,
    nextStep: isAuth ? "Check the connection's user, password or token for the registry." : undefined,
  });
}

function unreachable(url: string, reason: string, cause?: unknown): WorkbenchError {
  return new WorkbenchError('REGISTRY_UNREACHABLE', `The Schema Registry at ${url} can't be used: ${reason}`, {
    object: url,
    nextStep: 'Check that it runs and that this machine reaches its address.',
    retryable: true,
    cause,
  });
}

function parseOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function messageOf(json: unknown): string | undefined {
  if (typeof json !== 'object' || json === null || !('message' in json)) return undefined;
  return typeof json.message === 'string' ? json.message : undefined;
}

/** What happened is in the innermost cause. */
function rootMessage(error: unknown): string {
  let deepest = error;
  while (deepest instanceof Error && deepest.cause !== undefined) deepest = deepest.cause;
  if (deepest instanceof AggregateError) deepest = deepest.errors[0];
  return toErrorData(deepest).message;
}
