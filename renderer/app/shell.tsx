/** The frame all pages live in: top bar, rail, the page, status bar. */
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { followSnapshots } from '../api/live.ts';
import { startWrittenRate } from '../api/written-rate.ts';
import { isFocusFree } from '../lib/focus.ts';
import { useSegments } from '../lib/location.ts';
import { Toaster } from '../ui/toaster.tsx';
import { TooltipProvider } from '../ui/tooltip.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { pages } from './pages.ts';
import { Rail } from './rail.tsx';
import { ShortcutList } from './shortcut-list.tsx';
import { usePaletteKey, useShortcuts } from './shortcuts.ts';
import { StatusBar } from './status-bar.tsx';
import { TopBar } from './top-bar.tsx';

const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }));

export function Shell() {
  const [pageId, ...path] = useSegments();
  const page = pages.find(({ id }) => id === pageId) ?? pages[0];
  const [isListOpen, setIsListOpen] = useState(false);
  const showList = useCallback(() => setIsListOpen(true), []);
  useShortcuts(showList);
  const [isPaletteOpen, setIsPaletteOpen] = useState(false);
  usePaletteKey(setIsPaletteOpen);
  useLiveData();
  useEffect(() => {
    document.title = [...path.slice(0, 1), page.title, 'Mercury Workbench'].join(' · ');
  });
  const key = [page.id, ...path].join('/');
  const main = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each page that is shown
  useEffect(() => {
    if (isFocusFree()) main.current?.focus({ preventScroll: true });
  }, [key]);
  return (
    <TooltipProvider delay={500}>
      <div className="flex h-full flex-col">
        <TopBar onShowShortcuts={showList} onOpenPalette={() => setIsPaletteOpen(true)} />
        <ConnectionBanner />
        <div className="flex min-h-0 flex-1">
          <Rail current={page.id} />
          <main ref={main} tabIndex={-1} className="min-w-0 flex-1 focus:outline-none">
            <ErrorBoundary key={key}>
              <page.component path={path} />
            </ErrorBoundary>
          </main>
        </div>
        <StatusBar />
      </div>
      <ShortcutList page={page} isOpen={isListOpen} onOpenChange={setIsListOpen} />
      <Suspense>
        {isPaletteOpen && <Palette isOpen onOpenChange={setIsPaletteOpen} onShowShortcuts={showList} />}
      </Suspense>
      <Toaster />
    </TooltipProvider>
  );
}

function useLiveData(): void {
  useEffect(() => {
    const ending = new AbortController();
    void followSnapshots(ending.signal);
    const stopRate = startWrittenRate();
    return () => {
      ending.abort();
      stopRate();
    };
  }, []);
}
