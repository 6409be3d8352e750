/** The processes the workbench is made of: each can crash alone, comes back by itself and says why. */
import type { ProcessStatus } from '#core/contract/live.ts';
import { useProcesses } from '../../api/live.ts';
import { formatBytes, formatDuration, formatTime } from '../../lib/format.ts';
import { useNow } from '../../lib/now.ts';
import { Section } from '../../ui/section.tsx';
import { StateWord } from '../../ui/state.tsx';

const dash = '–';
const head = 'h-[26px] px-2 font-normal text-data text-faint first:pl-0 last:pr-0';
const cell = 'h-row whitespace-nowrap px-2 first:pl-0 last:pr-0';

export function Processes() {
  const processes = useProcesses();
  const now = useNow();
  return (
    <Section title="Processes">
      <div className="overflow-x-auto">
        <table className="w-full border-collapse">
          <thead>
            <tr className="border-line border-b text-left">
              <th scope="col" className={`${head} w-full`}>
                Name
              </th>
              <th scope="col" className={head}>
                State
              </th>
              <th scope="col" className={`${head} text-right`}>
                Pid
              </th>
              <th scope="col" className={`${head} text-right`}>
                Up
              </th>
              <th scope="col" className={`${head} text-right`}>
                Memory
              </th>
              <th scope="col" className={`${head} text-right`}>
                Restarts
              </th>
            </tr>
          </thead>
          <tbody>
            {processes.map((process) => (
              <ProcessRow key={process.name} process={process} now={now} />
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

function ProcessRow({ process, now }: { readonly process: ProcessStatus; readonly now: number }) {
  const { name, pid, state, startedAt, restarts, lastCrash, residentBytes } = process;
  return (
    <>
      <tr className={lastCrash === null ? 'border-line/55 border-b last:border-b-0' : ''}>
        <td className={cell}>{name}</td>
        <td className={`${cell} min-w-28`}>
          <StateWord state={state} />
        </td>
        <td className={`${cell} data text-right text-muted`}>{pid ?? dash}</td>
        <td className={`${cell} figures min-w-24 text-right text-muted`}>
          {startedAt === null || pid === null ? dash : formatDuration(now - startedAt)}
        </td>
        <td className={`${cell} figures min-w-20 text-right`}>
          {residentBytes === null ? dash : formatBytes(residentBytes)}
        </td>
        <td className={`${cell} figures text-right ${restarts > 0 ? 'text-warn' : 'text-muted'}`}>{restarts}</td>
      </tr>
      {lastCrash !== null && (
        <tr className="border-line/55 border-b last:border-b-0">
          <td colSpan={6} className="wrap-anywhere pb-1.5 text-muted">
            Last crash at <span className="figures">{formatTime(new Date(lastCrash.at)).slice(0, 8)}</span>:{' '}
            {lastCrash.reason}
          </td>
        </tr>
      )}
    </>
  );
}
