/** The work area: the page of each tab, drawn into an element of its own; one tab fills it, several stand in the dock. */
import { lazy, Suspense, useEffect, useLayoutEffect } from 'react';
import { createPortal } from 'react-dom';
import { isFocusFree } from '../lib/focus.ts';
import { ActiveTab, tabAttribute } from '../lib/tab.ts';
import { ErrorBoundary } from './error-boundary.tsx';
import { pageOf } from './page-of.ts';
import { dropHost, focusHost, hostOf, markActive } from './tab-hosts.ts';
import { Slot } from './tab-slot.tsx';
import { type Tab, useTabs } from './tabs.ts';

const DockLayout = lazy(async () => ({ default: (await import('./dock-layout.tsx')).DockLayout }));

export function Centre() {
  const { tabs, activeId } = useTabs();
  const active = tabs.find(({ id }) => id === activeId) ?? tabs[0];
  useFocusOfTab(activeId, active.path.join('/'));
  const alone = <Slot key={active.id} id={active.id} />;
  return (
    <main tabIndex={-1} className="relative min-h-0 min-w-0 flex-1 focus:outline-none">
      {tabs.length === 1 ? (
        alone
      ) : (
        <Suspense fallback={alone}>
          <DockLayout />
        </Suspense>
      )}
      {tabs.map((tab) => (
        <TabPage key={tab.id} tab={tab} isActive={tab.id === activeId} />
      ))}
    </main>
  );
}

function TabPage({ tab: { id, path }, isActive }: { readonly tab: Tab; readonly isActive: boolean }) {
  const page = pageOf(path);
  // Before the page looks whether it may take the focus.
  useLayoutEffect(() => markActive(id, isActive), [id, isActive]);
  useEffect(() => () => void setTimeout(() => isClosed(id) && dropHost(id)), [id]);
  return createPortal(
    <ActiveTab value={isActive}>
      <ErrorBoundary key={[page.id, ...path.slice(1)].join('/')}>
        <Suspense>
          <page.component path={path.slice(1)} />
        </Suspense>
      </ErrorBoundary>
    </ActiveTab>,
    hostOf(id),
  );
}

const isClosed = (id: string): boolean => !useTabs.getState().tabs.some((tab) => tab.id === id);

/** The active tab gets the keyboard, unless the user has it somewhere outside of the tabs. */
function useFocusOfTab(activeId: string, path: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each page that is shown
  useEffect(() => {
    const isInTab = document.activeElement?.closest(`[${tabAttribute}]`) != null;
    if (isFocusFree() || isInTab) focusHost(activeId);
  }, [activeId, path]);
}
