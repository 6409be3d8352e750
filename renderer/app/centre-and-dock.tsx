/** The work area with the dock for what runs below it; the line between them is dragged or moved by arrow keys, and remembered. */
import { lazy, Suspense, useEffect } from 'react';
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels';
import { useTasks } from '../api/tasks.ts';
import { openRunDock, useRunDock } from '../lib/run-dock.ts';
import { Centre } from './centre.tsx';

const RunDock = lazy(async () => ({ default: (await import('./run-dock.tsx')).RunDock }));

/** A task that takes longer opens the dock: what ends sooner is shown by the status bar alone. */
const longMs = 5_000;

export function CentreAndDock() {
  const { isOpen } = useRunDock();
  const layout = useDefaultLayout({ id: 'mercury.dock', storage: localStorage, panelIds: panelIds(isOpen) });
  useOpenForLongTasks();
  return (
    <Group orientation="vertical" className="min-w-0 flex-1" {...layout}>
      <Panel id="centre" minSize="160px" className="flex flex-col">
        <Centre />
      </Panel>
      {isOpen && (
        <>
          <Separator
            aria-label="Height of what runs"
            className="-my-0.5 z-10 h-[5px] bg-line bg-clip-content py-0.5 hover:bg-accent-line"
          />
          <Panel id="dock" defaultSize="220px" minSize="96px" maxSize="60%">
            <Suspense>
              <RunDock />
            </Suspense>
          </Panel>
        </>
      )}
    </Group>
  );
}

const panelIds = (isOpen: boolean): string[] => (isOpen ? ['centre', 'dock'] : ['centre']);

/** Once for each task: who closes it again is left in peace. */
function useOpenForLongTasks(): void {
  const { opensByItself } = useRunDock();
  const running = useTasks().filter(({ endedAt }) => endedAt === null);
  const newest = running.at(-1);
  const startedAt = newest?.startedAt;
  useEffect(() => {
    if (startedAt === undefined || !opensByItself) return;
    const timer = setTimeout(() => openRunDock(true), startedAt + longMs - Date.now());
    return () => clearTimeout(timer);
  }, [startedAt, opensByItself]);
}
