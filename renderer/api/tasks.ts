/**
 * What takes long, for the frame to show: whoever starts it registers it, says how far it is, and ends it. A task that can be
 * cancelled says how; the frame only asks.
 */
import { create } from 'zustand';

export interface TaskProgress {
  /** 0 to 1; null while nobody can say. */
  readonly done: number | null;
  /** In words: `12 345 rows`. */
  readonly amount?: string;
  readonly ratePerSecond?: number | null;
  /** What the rate counts: `rows`. */
  readonly unit?: string;
  /** Where the source knows better than the time taken so far. */
  readonly remainingMs?: number | null;
}

export type TaskState = 'running' | 'cancelling' | 'done' | 'failed' | 'cancelled';

export interface Task {
  readonly id: string;
  /** What is done to what: `Query over the workspace`. */
  readonly title: string;
  /** Where it can be watched. */
  readonly href: string | undefined;
  readonly state: TaskState;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly progress: TaskProgress;
  readonly cancel: (() => unknown) | undefined;
}

export interface RunningTask {
  update(progress: TaskProgress): void;
  /** Once; what follows is ignored. */
  end(state: 'done' | 'failed' | 'cancelled'): void;
}

interface NewTask {
  readonly title: string;
  readonly href?: string;
  readonly cancel?: () => unknown;
}

/** Ended ones that are still listed. */
const keptEnded = 6;

const useStore = create<{ readonly tasks: readonly Task[] }>(() => ({ tasks: [] }));

export function startTask({ title, href, cancel }: NewTask): RunningTask {
  const id = crypto.randomUUID();
  const task: Task = {
    id,
    title,
    href,
    cancel,
    state: 'running',
    startedAt: Date.now(),
    endedAt: null,
    progress: { done: null },
  };
  useStore.setState(({ tasks }) => ({ tasks: [...tasks, task] }));
  return {
    update: (progress) => change(id, { progress }),
    end: (state) => change(id, { state, endedAt: Date.now() }),
  };
}

/** A second call asks again: the first may have been lost. */
export function cancelTask(id: string): void {
  const task = useStore.getState().tasks.find((each) => each.id === id);
  if (task?.cancel === undefined || task.endedAt !== null) return;
  change(id, { state: 'cancelling' });
  task.cancel();
}

/** Runs `work` as a task of unknown length. What it throws is thrown on. */
export async function withTask<T>(task: NewTask, work: () => Promise<T>): Promise<T> {
  const running = startTask(task);
  try {
    const result = await work();
    running.end('done');
    return result;
  } catch (error) {
    running.end('failed');
    throw error;
  }
}

function change(id: string, next: Partial<Task>): void {
  useStore.setState(({ tasks }) => ({
    tasks: withoutOld(tasks.map((task) => (task.id === id && task.endedAt === null ? { ...task, ...next } : task))),
  }));
}

function withoutOld(tasks: readonly Task[]): readonly Task[] {
  const ended = tasks.filter(({ endedAt }) => endedAt !== null);
  const dropped = new Set(ended.slice(0, Math.max(0, ended.length - keptEnded)));
  return dropped.size === 0 ? tasks : tasks.filter((task) => !dropped.has(task));
}

/** Oldest first, ended ones among them. */
export const useTasks = (): readonly Task[] => useStore(({ tasks }) => tasks);
export const allTasks = (): readonly Task[] => useStore.getState().tasks;

/** Less than this tells nothing of the rest. */
const tellingMs = 1_000;
const tellingPart = 0.01;

/** Undefined while there is nothing to reckon it from. */
export function remainingMs({ progress, startedAt }: Task, now: number): number | undefined {
  if (progress.remainingMs != null) return progress.remainingMs;
  const elapsedMs = now - startedAt;
  if (progress.done === null || progress.done < tellingPart || elapsedMs < tellingMs) return undefined;
  return (elapsedMs * (1 - progress.done)) / progress.done;
}
