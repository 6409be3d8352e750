/** Whether the dock below is open, and whether a long task opens it; both remembered. */
import { create } from 'zustand';
import { readStored, store } from './stored.ts';

interface RunDockState {
  readonly isOpen: boolean;
  /** A task that lasts opens it. */
  readonly opensByItself: boolean;
}

export const useRunDock = create<RunDockState>(() => ({
  isOpen: readStored('dock.open', false),
  opensByItself: readStored('dock.opensByItself', true),
}));

export function openRunDock(isOpen: boolean): void {
  store('dock.open', isOpen);
  useRunDock.setState({ isOpen });
}

export const toggleRunDock = (): void => openRunDock(!useRunDock.getState().isOpen);

export function openRunDockForLongTasks(opensByItself: boolean): void {
  store('dock.opensByItself', opensByItself);
  useRunDock.setState({ opensByItself });
}
