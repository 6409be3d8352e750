/** What the commands print and how. */
import { toErrorData } from '#core/contract/errors.ts';
import type { Value } from '#core/contract/value.ts';
import { exactJson } from '#core/serde/exact-json.ts';

/** One line to stderr: progress, notices. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** One line to stdout: data. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** One JSON value, numbers exact, to stdout. */
export function printJson(value: object, indent?: number): void {
  // What the contract describes is made of such values; a field that is left out stays out.
  print(exactJson(value as Value, indent));
}

/** Prints what failed and the next step; answers the exit code. */
export function printError(error: unknown): number {
  const { code, message, nextStep } = toErrorData(error);
  note(`mercury: ${message}`);
  if (nextStep !== undefined) note(`  ${nextStep}`);
  if (code === 'INTERNAL' && error instanceof Error && process.env.MERCURY_DEBUG !== undefined) note(error.stack ?? '');
  return code === 'INVALID_INPUT' ? 2 : 1;
}

/** `1,234,567` */
export function count(value: number | bigint): string {
  return value.toLocaleString('en');
}

/** `0.4 s`, `12.3 s` */
export function seconds(durationMs: number): string {
  return `${(durationMs / 1000).toFixed(1)} s`;
}
