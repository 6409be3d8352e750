/** Topics by a pattern of their names, as a client of the new group protocol may ask for them. */
import { createContext, Script } from 'node:vm';
import { toErrorData } from '#core/contract/errors.ts';
import { ErrorCode, ProtocolError } from '../wire/error-codes.ts';

/** A pattern comes from a client and may take exponential time; the broker has one thread. */
const timeoutMs = 100;
const script = new Script('names.filter((name) => new RegExp(source, "u").test(name))');

/** The names that match as a whole. Throws INVALID_REGULAR_EXPRESSION, also for one that takes too long. */
export function matchTopics(pattern: string, names: readonly string[]): string[] {
  try {
    const context = createContext({ names, source: `^(?:${pattern})$` });
    return [...(script.runInContext(context, { timeout: timeoutMs }) as string[])];
  } catch (error) {
    const { message } = toErrorData(error);
    throw new ProtocolError(ErrorCode.invalidRegularExpression, `Pattern ${pattern} is not valid: ${message}`);
  }
}
