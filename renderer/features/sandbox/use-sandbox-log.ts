/** The log as it grows: the last lines, and how many were left out because they came too fast. */
import { useEffect, useState } from 'react';
import type { SandboxLine, SandboxLogPage } from '#core/contract/sandbox.ts';
import { client } from '../../api/client.ts';

const mostLines = 1_000;
const againMs = 1_000;

export interface SandboxLog {
  /** Undefined before the first page. */
  readonly lines: readonly SandboxLine[] | undefined;
  readonly leftOut: number;
  readonly error: unknown;
}

const nothing: SandboxLog = { lines: undefined, leftOut: 0, error: null };

export function useSandboxLog(): SandboxLog {
  const [log, setLog] = useState(nothing);
  useEffect(() => {
    const ending = new AbortController();
    const { signal } = ending;
    const run = async (): Promise<void> => {
      while (!signal.aborted) {
        try {
          let isFirst = true;
          for await (const page of await client.sandbox.log(undefined, { signal })) {
            if (signal.aborted) return;
            const base = isFirst ? nothing : undefined;
            setLog((last) => extended(base ?? last, page));
            isFirst = false;
          }
        } catch (error) {
          if (!signal.aborted) setLog((last) => ({ ...last, error }));
        }
        await new Promise((resolve) => setTimeout(resolve, againMs));
      }
    };
    void run();
    return () => ending.abort();
  }, []);
  return log;
}

function extended(last: SandboxLog, { lines, leftOut }: SandboxLogPage): SandboxLog {
  return { lines: [...(last.lines ?? []), ...lines].slice(-mostLines), leftOut: last.leftOut + leftOut, error: null };
}
