/** One line of the sandbox's log, before it has a number. */
import type { LogLevel, SandboxLine } from '#core/contract/sandbox.ts';

export type Line = Omit<SandboxLine, 'seq'>;

/** What a part says: something that went wrong unless a level is given. */
export type Log = (text: string, level?: LogLevel) => void;

const ofPostgres: Readonly<Record<string, LogLevel>> = {
  WARNING: 'warning',
  ERROR: 'error',
  FATAL: 'error',
  PANIC: 'error',
};

/** A line as PostgreSQL writes it: `2026-01-31 10:00:00.000 UTC [4711] LOG:  ready`. */
export function parsePostgresLine(line: string): { readonly level: LogLevel; readonly text: string } {
  const [, kind = '', words] = line.match(/^\d{4}-\d\d-\d\d \S+ \S+ \[\d+\] ([A-Z]+): {2}(.*)$/) ?? [];
  const text = words === undefined ? line.trim() : kind === 'LOG' ? words : `${kind}: ${words}`;
  return { level: ofPostgres[kind] ?? 'info', text };
}
