/** The containers of one project: state, health, image, ports, since when. */
import type { StackContainer } from '#core/contract/stack.ts';
import { formatDuration } from '../../lib/format.ts';
import { useNow } from '../../lib/now.ts';
import { Dot, type Tone } from '../../ui/chip.tsx';

const cell = 'h-row whitespace-nowrap px-2 first:pl-0 last:pr-0';
const head = 'h-[26px] px-2 text-left font-normal text-data text-faint first:pl-0 last:pr-0';
const titles = [
  ['Container', 'w-[22%]'],
  ['State', 'w-[24%]'],
  ['Image', 'w-[22%]'],
  ['Ports', 'w-[20%]'],
  ['Up', 'w-[12%] text-right'],
] as const;

interface ContainerTableProps {
  readonly label: string;
  readonly containers: readonly StackContainer[];
}

export function ContainerTable({ label, containers }: ContainerTableProps) {
  const now = useNow();
  return (
    <div className="overflow-x-auto">
      <table aria-label={label} className="w-full min-w-[720px] table-fixed border-collapse">
        <thead>
          <tr className="border-line border-b">
            {titles.map(([title, width]) => (
              <th key={title} scope="col" className={`${head} ${width}`}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {containers.map((container) => (
            <tr key={container.id} className="border-line/55 border-b last:border-b-0">
              <td className={`${cell} truncate`} title={`${container.name}, ${container.id}`}>
                {container.service ?? container.name}
              </td>
              <td className={`${cell} truncate`}>
                <State container={container} />
              </td>
              <td className={`${cell} data truncate text-muted`} title={container.image}>
                {container.image}
              </td>
              <td className={`${cell} data truncate text-muted`} title={portsText(container)}>
                {portsText(container) || <span className="text-faint">none</span>}
              </td>
              <td className={`${cell} figures text-right text-muted`}>
                {container.startedAt === null ? '' : formatDuration(now - container.startedAt)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const colors: Readonly<Record<Tone, string>> = {
  ok: 'text-ok',
  warn: 'text-warn',
  bad: 'text-bad',
  accent: 'text-accent',
  faint: 'text-faint',
  plain: '',
};

function State({ container }: { readonly container: StackContainer }) {
  const { state, health, status } = container;
  const tone = toneOf(container);
  return (
    <span className="inline-flex items-center gap-2">
      <span className={colors[tone]}>
        <Dot tone={tone} />
      </span>
      {state === 'running' ? (health ?? 'running') : state === 'created' ? 'created, never started' : status}
    </span>
  );
}

function toneOf({ state, health, status }: StackContainer): Tone {
  if (state === 'running') return health === 'unhealthy' ? 'bad' : health === 'starting' ? 'accent' : 'ok';
  if (state === 'restarting') return 'warn';
  // It ended by itself with a fault; 0 is a job that is done, 137 and 143 were asked for.
  const [, code] = /^Exited \((\d+)\)/.exec(status) ?? [];
  if (state === 'dead' || (code !== undefined && !['0', '137', '143'].includes(code))) return 'bad';
  return 'faint';
}

/** `127.0.0.1:9092 → 9092`, and `9093` for what only other containers reach. */
function portsText({ ports }: StackContainer): string {
  return ports
    .map(({ containerPort, protocol, hostAddress, hostPort }) => {
      const inside = protocol === 'tcp' ? String(containerPort) : `${containerPort}/${protocol}`;
      if (hostPort === null) return inside;
      const host = hostAddress === null || /^(0\.0\.0\.0|::)$/.test(hostAddress) ? '' : `${hostAddress}:`;
      return `${host}${hostPort} → ${inside}`;
    })
    .join(', ');
}
