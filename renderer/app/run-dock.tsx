/** Below the work area: the pipelines that run, the tasks that take long, and the processes all of it is made of. */
import { X } from 'lucide-react';
import { useProcesses } from '../api/live.ts';
import { useTasks } from '../api/tasks.ts';
import { openRunDock } from '../lib/run-dock.ts';
import { IconButton } from '../ui/button.tsx';
import { CrashLine } from './crash-line.tsx';
import { ProcessList } from './process-list.tsx';
import { RunningPipelines } from './running-pipelines.tsx';
import { TaskList } from './task-list.tsx';
import { keysOf, windowActions } from './window-actions.ts';

const ownKeys = windowActions.flatMap((action) => (action.id === 'dock below' ? (keysOf(action) ?? []) : []));

export function RunDock() {
  const crashed = useProcesses().filter(({ state }) => state === 'restarting');
  const tasks = useTasks();
  return (
    <section aria-label="What runs" className="relative flex h-full min-h-0 flex-col bg-surface">
      {crashed.map((process) => (
        <CrashLine key={process.name} process={process} />
      ))}
      <div className="absolute top-1 right-1.5 z-10">
        <IconButton icon={X} label="Hide what runs" keys={ownKeys} onClick={() => openRunDock(false)} />
      </div>
      <div className="grid min-h-0 flex-1 grid-cols-[minmax(0,1fr)_minmax(280px,30%)] divide-x divide-line">
        <Part title="Pipelines">
          <RunningPipelines />
        </Part>
        <div className="flex min-h-0 flex-col divide-y divide-line">
          {tasks.length > 0 && (
            <Part title="Tasks" isShrinking>
              <TaskList tasks={tasks} />
            </Part>
          )}
          <Part title="Processes">
            <ProcessList />
          </Part>
        </div>
      </div>
    </section>
  );
}

interface PartProps {
  readonly title: string;
  /** It takes no more than it needs, and half at most. */
  readonly isShrinking?: boolean;
  readonly children: React.ReactNode;
}

function Part({ title, isShrinking = false, children }: PartProps) {
  return (
    <section
      aria-label={title}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className={`min-h-0 overflow-auto px-4 py-2 focus-visible:-outline-offset-2 ${isShrinking ? 'max-h-[60%] shrink-0' : 'flex-1'}`}
    >
      <h2 className="mb-1 pr-8 text-data text-faint">{title}</h2>
      {children}
    </section>
  );
}
