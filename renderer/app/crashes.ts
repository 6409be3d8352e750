/** A process that crashes is said once, wherever the user is; the dock and the status bar go on showing it. */
import { useEffect, useRef } from 'react';
import { useProcesses } from '../api/live.ts';
import { warn } from '../ui/toast.ts';
import { whatIsDone, withoutEnd } from './crash-line.tsx';

export function useCrashToasts(): void {
  const processes = useProcesses();
  const told = useRef<Map<string, number>>(undefined);
  useEffect(() => {
    if (processes.length === 0) return;
    // What was before the page came is in the list of processes, no news.
    const isFirst = told.current === undefined;
    told.current ??= new Map();
    for (const process of processes) {
      const { name, lastCrash } = process;
      if (lastCrash === null || told.current.get(name) === lastCrash.at) continue;
      told.current.set(name, lastCrash.at);
      if (isFirst) continue;
      const description = `${withoutEnd(lastCrash.reason)}, ${whatIsDone(process, Date.now())}`;
      warn({ about: `process ${name}`, title: `${name} ended`, description });
    }
  }, [processes]);
}
