/** Tasks with how far they are, how fast, what is left, and the way to stop them. */
import { Ban, Check, CircleX, LoaderCircle, type LucideIcon, TriangleAlert } from 'lucide-react';
import { cancelTask, remainingMs, type Task, type TaskState } from '../api/tasks.ts';
import { formatDuration, formatRate } from '../lib/format.ts';
import { useNow } from '../lib/now.ts';
import { IconButton } from '../ui/button.tsx';
import { Progress } from '../ui/progress.tsx';

export function TaskList({ tasks }: { readonly tasks: readonly Task[] }) {
  const now = useNow(500);
  return (
    <ul>
      {tasks.toReversed().map((task) => (
        <TaskItem key={task.id} task={task} now={now} />
      ))}
    </ul>
  );
}

const icons: Readonly<Record<TaskState, readonly [icon: LucideIcon, className: string]>> = {
  running: [LoaderCircle, 'spinning text-accent'],
  cancelling: [LoaderCircle, 'spinning text-muted'],
  done: [Check, 'text-ok'],
  failed: [TriangleAlert, 'text-bad'],
  cancelled: [Ban, 'text-muted'],
};

function TaskItem({ task, now }: { readonly task: Task; readonly now: number }) {
  const { id, title, href, state, progress, cancel, endedAt } = task;
  const [Icon, className] = icons[state];
  return (
    <li className="flex items-start gap-2 py-1">
      <Icon size={14} aria-hidden className={`mt-[3px] shrink-0 ${className}`} />
      <div className="min-w-0 flex-1">
        <div className="truncate" title={title}>
          {href === undefined ? (
            title
          ) : (
            <a href={href} className="rounded-small hover:text-accent">
              {title}
            </a>
          )}
        </div>
        {endedAt === null && <Progress label={title} done={progress.done} className="my-1" />}
        <p className="figures truncate text-data text-muted">{taskWords(task, now).join(' · ')}</p>
      </div>
      {endedAt === null && cancel !== undefined && (
        <IconButton
          icon={CircleX}
          label={`Cancel: ${title}`}
          aria-disabled={state === 'cancelling'}
          onClick={() => cancelTask(id)}
        />
      )}
    </li>
  );
}

/** What is known of it, in the order in which it matters. */
export function taskWords(task: Task, now: number): readonly string[] {
  const { state, progress, startedAt, endedAt } = task;
  const { done, amount, ratePerSecond = null, unit = '' } = progress;
  const amounts = amount === undefined ? [] : [amount];
  if (endedAt !== null) return [`${state} after ${formatDuration(endedAt - startedAt)}`, ...amounts];
  if (state === 'cancelling') return ['cancelling', ...amounts];
  const left = remainingMs(task, now);
  return [
    ...(done === null ? [] : [`${Math.round(done * 100)} %`]),
    ...amounts,
    ...(ratePerSecond === null ? [] : [`${formatRate(ratePerSecond)} ${unit}/s`.replace(' /', '/')]),
    left === undefined ? formatDuration(now - startedAt) : `${formatDuration(left)} left`,
  ];
}
