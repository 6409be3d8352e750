/**
 * The port between a parent and its child process: typed messages, nothing of the domain.
 *
 * Node forks with structured clone (bigint and typed arrays cross intact); Electron brings its own `Fork` over
 * `utilityProcess`. Messages of the house begin with `$`; all others belong to the two ends.
 */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

export function exitText({ code, signal }: Exit): string {
  return signal === null ? `exit code ${code}` : `killed by ${signal}`;
}

/** The parent's side of a running child. */
export interface ChildHandle {
  readonly pid: number | undefined;
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** A line the child wrote to stderr: the last words of a native crash. */
  onErrorLine(listener: (line: string) => void): void;
  onExit(listener: (exit: Exit) => void): void;
  /** Ends it at once, without its consent. */
  kill(): void;
}

/** Starts the child called `name` (see `entry.ts`); `environment` is added to this process's own. */
export type Fork = (name: string, environment?: Readonly<Record<string, string>>) => ChildHandle;

/** What every child says beside its own events. */
export type HouseEvent =
  | { readonly type: '$vitals'; readonly residentBytes: number }
  | { readonly type: '$log'; readonly line: string }
  | { readonly type: '$crash'; readonly reason: string };

/** What every child is told beside its own commands. */
export type HouseCommand = { readonly type: '$close' };

export function isHouseMessage(message: unknown): message is HouseEvent | HouseCommand {
  return (
    typeof message === 'object' &&
    message !== null &&
    'type' in message &&
    typeof message.type === 'string' &&
    message.type.startsWith('$')
  );
}
