/**
 * Home's walk through the faulty sample: whether it is shown, and what only the page knows of it (a letter was looked at). What was
 * really done (a letter is there, was redriven, is a row) comes from the workbench.
 */
import { create } from 'zustand';
import { readStored, store } from './stored.ts';

/** The pipeline that it is about: it comes with the sample. */
export const walkPipeline = 'flights-faulty-to-postgres';

interface Walk {
  readonly isDismissed: boolean;
  readonly wasRead: boolean;
}

export const useWalk = create<Walk>(() => ({
  isDismissed: readStored('walk.dismissed', false),
  wasRead: readStored('walk.read', false),
}));

export function dismissWalk(isDismissed: boolean): void {
  store('walk.dismissed', isDismissed);
  useWalk.setState({ isDismissed });
}

/** A letter of this pipeline is on screen, with its reason. */
export function letterWasRead(pipeline: string): void {
  if (pipeline !== walkPipeline || useWalk.getState().wasRead) return;
  store('walk.read', true);
  useWalk.setState({ wasRead: true });
}
