import { useEffect, useRef, useState } from 'react';
import type { TestReport } from '#core/contract/connection.ts';
import { client } from '../../api/client.ts';

type TestInput = Parameters<typeof client.connections.test>[0];

export interface ConnectionTest {
  readonly report: TestReport | undefined;
  readonly isRunning: boolean;
  /** Resolves at its end; with what went wrong with the call itself: a draft that is not valid, a lost workbench. */
  readonly start: (input: TestInput) => Promise<unknown>;
  readonly cancel: () => void;
}

/** One test at a time; it ends with the page. */
export function useConnectionTest(): ConnectionTest {
  const [report, setReport] = useState<TestReport>();
  const [isRunning, setIsRunning] = useState(false);
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const start = async (input: TestInput): Promise<unknown> => {
    running.current?.abort();
    const ending = new AbortController();
    running.current = ending;
    setReport(undefined);
    setIsRunning(true);
    try {
      for await (const next of await client.connections.test(input, { signal: ending.signal })) setReport(next);
      return undefined;
    } catch (failure) {
      return ending.signal.aborted ? undefined : failure;
    } finally {
      if (running.current === ending) setIsRunning(false);
    }
  };
  const cancel = (): void => {
    running.current?.abort();
    setIsRunning(false);
  };
  return { report, isRunning, start, cancel };
}
