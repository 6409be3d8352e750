/**
 * The one place that every call passes, whatever carried it: those of methods that change something are added to the journal.
 *
 * Nothing here can make a call fail or wait. A stream counts as done at its end, as cancelled where its reader left before.
 */
import { implement, ORPCError } from '@orpc/server';
import { contract } from '#core/contract/contract.ts';
import { type ErrorData, toErrorData, WorkbenchError } from '#core/contract/errors.ts';
import type { CallContext, Change } from '#core/contract/journal.ts';
import { isStream, type Stream } from '#core/contract/serve.ts';
import type { Journal } from './journal.ts';
import { type KeptInput, keptInput } from './kept-input.ts';

export interface JournaledOptions {
  readonly journal: Journal;
  /** The connection of a pipeline, or the one in use; it may throw where there is no such pipeline. */
  readonly connectionOf: (pipeline: string | null) => string;
}

/** The builder of the whole router. */
export function journaled({ journal, connectionOf }: JournaledOptions) {
  return implement(contract)
    .$context<CallContext>()
    .use(async ({ procedure, path, context, next }, given) => {
      const { changes } = procedure['~orpc'].meta;
      if (changes === undefined || changes === null) return next();
      const at = Date.now();
      const kept = await keptOf(procedure['~orpc'].inputSchema, given);
      const name = nameOf(changes, kept.input);
      const about = { at, method: path.join('.'), kind: changes.kind, name, input: kept.input ?? null };
      const connection = whereOf(changes, name, connectionOf);
      const add = (error: unknown): void => {
        const ended = { durationMs: Date.now() - at, error: withoutSecrets(failureOf(error), kept) };
        journal.add({ ...about, connection, from: context.from ?? null, ...ended });
      };
      try {
        const result = await next();
        if (isStream(result.output)) return { ...result, output: atItsEnd(result.output, add) };
        add(undefined);
        return result;
      } catch (error) {
        add(error);
        throw error;
      }
    });
}

interface InputSchema {
  readonly '~standard': { validate(value: unknown): unknown };
}

/** Of an input that does not fit nothing is kept: a secret may stand at any place of it. */
async function keptOf(schema: InputSchema | undefined, given: unknown): Promise<KeptInput> {
  if (schema === undefined) return { input: null, leftOut: [] };
  const checked = (await schema['~standard'].validate(given)) as { value?: unknown; issues?: unknown };
  return checked.issues === undefined ? keptInput(schema, checked.value) : { input: null, leftOut: [] };
}

function nameOf({ name }: Change, input: unknown): string | null {
  if (name === undefined) return null;
  let found = input;
  for (const step of name.split('.')) found = (found as Record<string, unknown> | null | undefined)?.[step];
  return typeof found === 'string' ? found : null;
}

function failureOf(error: unknown): ErrorData | null {
  if (error === undefined) return null;
  if (!(error instanceof ORPCError)) return toErrorData(error);
  const code = error.code === 'BAD_REQUEST' ? 'INVALID_INPUT' : 'INTERNAL';
  return new WorkbenchError(code, error.message).toData();
}

function withoutSecrets(error: ErrorData | null, { leftOut }: KeptInput): ErrorData | null {
  if (error === null) return null;
  const clean = (text: string): string => leftOut.reduce((all, secret) => all.replaceAll(secret, '[secret]'), text);
  const entries = Object.entries(error).map(([key, value]) => [key, typeof value === 'string' ? clean(value) : value]);
  return { ...Object.fromEntries(entries), code: error.code } as ErrorData;
}

function whereOf(
  { kind, on }: Change,
  name: string | null,
  connectionOf: JournaledOptions['connectionOf'],
): string | null {
  if (on !== undefined) return on;
  if (kind === 'connection') return name;
  if (kind === 'secrets') return null;
  try {
    return connectionOf(kind === 'pipeline' ? name : null);
  } catch {
    return null;
  }
}

/** No generator, as in serve.ts: its `return` would wait for the item under way. */
function atItsEnd(stream: Stream, ended: (error: unknown) => void): Stream {
  let isOpen = true;
  const end = (error: unknown): void => {
    if (isOpen) ended(error);
    isOpen = false;
  };
  return {
    async next() {
      try {
        const result = await stream.next();
        if (result.done === true) end(undefined);
        return result;
      } catch (error) {
        end(error);
        throw error;
      }
    },
    async return(value?: unknown) {
      const result = (await stream.return?.(value)) ?? { done: true, value };
      end(new WorkbenchError('CANCELLED', 'it was ended before its end'));
      return result;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
