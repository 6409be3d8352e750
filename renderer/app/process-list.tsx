/** The processes in one line each: state, memory, how often they came back, the reason of the last crash. */
import type { ProcessStatus } from '#core/contract/live.ts';
import { useProcesses } from '../api/live.ts';
import { formatBytes, formatTime, plural } from '../lib/format.ts';
import { StateWord } from '../ui/state.tsx';

export function ProcessList() {
  const processes = useProcesses();
  if (processes.length === 0) return <p className="text-muted">Waiting for the first word of the workbench.</p>;
  return (
    <ul>
      {processes.map((process) => (
        <ProcessItem key={process.name} process={process} />
      ))}
    </ul>
  );
}

function ProcessItem({ process }: { readonly process: ProcessStatus }) {
  const { name, state, residentBytes, restarts, lastCrash } = process;
  return (
    <li className="py-0.5">
      <div className="flex items-baseline gap-3">
        <span className="min-w-0 truncate" title={name}>
          {name}
        </span>
        <span className="ml-auto shrink-0 text-data text-muted">
          <StateWord state={state} />
        </span>
        <span className="figures w-16 shrink-0 text-right text-data text-muted">
          {residentBytes === null ? '–' : formatBytes(residentBytes)}
        </span>
      </div>
      {lastCrash !== null && (
        <p className="wrap-anywhere text-data text-faint">
          {plural(restarts, 'restart')}, the last at {formatTime(new Date(lastCrash.at)).slice(0, 8)}:{' '}
          {lastCrash.reason}
        </p>
      )}
    </li>
  );
}
