/** The task that runs longest, in the status bar: progress, rate, what is left, cancel. More of them are in the dock. */
import { X } from 'lucide-react';
import { cancelTask, useTasks } from '../api/tasks.ts';
import { useNow } from '../lib/now.ts';
import { openRunDock } from '../lib/run-dock.ts';
import { Progress } from '../ui/progress.tsx';
import { taskWords } from './task-list.tsx';

/** What ends sooner is not shown at all: it would only flicker. */
const shortMs = 400;

export function TaskInBar() {
  const tasks = useTasks().filter(({ endedAt }) => endedAt === null);
  const now = useNow(250);
  const [first, ...others] = tasks.filter(({ startedAt }) => now - startedAt > shortMs);
  if (first === undefined) return null;
  return (
    <div className="flex min-w-0 items-center gap-2">
      <button
        type="button"
        onClick={() => openRunDock(true)}
        className="flex min-w-0 items-center gap-2 rounded-small hover:text-text"
      >
        <span className="max-w-64 truncate">{first.title}</span>
        <Progress label={first.title} done={first.progress.done} className="w-24 shrink-0" />
        <span className="figures">{taskWords(first, now).join(' · ')}</span>
        {others.length > 0 && <span>and {others.length} more</span>}
      </button>
      {first.cancel !== undefined && (
        <button
          type="button"
          aria-label={`Cancel: ${first.title}`}
          aria-disabled={first.state === 'cancelling'}
          onClick={() => cancelTask(first.id)}
          className="inline-flex size-5 items-center justify-center rounded-small hover:bg-raised hover:text-text aria-disabled:opacity-50"
        >
          <X size={13} aria-hidden />
        </button>
      )}
    </div>
  );
}
