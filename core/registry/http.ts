/** One request to a registry: address, credentials, time limit, and every failure as a `WorkbenchError` that says what to do. */
import type { z } from 'zod';
import { WorkbenchError } from '#core/contract/errors.ts';
import type { Secret } from '#core/workspace/secret.ts';

export type RegistryAuth =
  | { readonly type: 'basic'; readonly username: string; readonly password: string | Secret }
  /** A function is asked before each request: tokens run out. */
  | { readonly type: 'bearer'; readonly token: string | (() => Promise<string>) };

export interface RegistryHttpOptions {
  /** May carry a path (`http://host/apis/ccompat/v7`) and, in the usual form, a user and password. */
  readonly url: string;
  readonly auth?: RegistryAuth | undefined;
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
      const response = await send(url, request, await authorization(auth), options.timeoutMs);
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

function readAddress({ url, auth }: RegistryHttpOptions): { url: string; auth: RegistryAuth | undefined } {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    throw new WorkbenchError('INVALID_INPUT', 'The address of the Schema Registry is no http or https URL', {
      nextStep: 'Give it as http://host:port, with the path it may need.',
    });
  }
  const username = decodeURIComponent(parsed.username);
  const password = decodeURIComponent(parsed.password);
  const plain = `${parsed.origin}${parsed.pathname}`.replace(/\/+$/, '');
  return { url: plain, auth: auth ?? (username === '' ? undefined : { type: 'basic', username, password }) };
}

async function authorization(auth: RegistryAuth | undefined): Promise<Record<string, string>> {
  if (auth === undefined) return {};
  if (auth.type === 'basic') {
    const password = typeof auth.password === 'string' ? auth.password : auth.password.value;
    return { authorization: `Basic ${Buffer.from(`${auth.username}:${password}`).toString('base64')}` };
  }
  return { authorization: `Bearer ${typeof auth.token === 'string' ? auth.token : await auth.token()}` };
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
  timeoutMs: number,
): Promise<Received> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const headers = { accept: `${contentType}, application/json`, ...credentials };
  const post = { method: 'POST', headers: { ...headers, 'content-type': contentType }, body: JSON.stringify(body) };
  try {
    const response = await fetch(`${url}${path}`, {
      ...(body === undefined ? { headers } : post),
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    return { ok: response.ok, status: response.status, json: parseOrText(await response.text()) };
  } catch (error) {
    if (signal?.aborted) throw new WorkbenchError('CANCELLED', `Reading ${object} was cancelled`, { object });
    const reason = timeout.aborted ? `it did not answer within ${timeoutMs} ms` : rootMessage(error);
    throw unreachable(url, reason, error);
  }
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

/** `fetch` says "fetch failed"; what happened is in the innermost cause. */
function rootMessage(error: unknown): string {
  let deepest = error;
  while (deepest instanceof Error && deepest.cause !== undefined) deepest = deepest.cause;
  if (deepest instanceof AggregateError) deepest = deepest.errors[0];
  return deepest instanceof Error ? deepest.message : String(deepest);
}
