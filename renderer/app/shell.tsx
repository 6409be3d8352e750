/** The frame all pages live in: top bar, rail, the page, status bar. */
import { lazy, Suspense, useCallback, useEffect, useState } from 'react';
import { followSnapshots } from '../api/live.ts';
import { startRates } from '../api/rates.ts';
import { Toaster } from '../ui/toaster.tsx';
import { TooltipProvider } from '../ui/tooltip.tsx';
import { CentreAndDock } from './centre-and-dock.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { useCrashToasts } from './crashes.ts';
import { pageOf } from './page-of.ts';
import { Rail } from './rail.tsx';
import { ShortcutList } from './shortcut-list.tsx';
import { usePaletteKey, useShortcuts } from './shortcuts.ts';
import { StatusBar } from './status-bar.tsx';
import { useLinks } from './tab-links.ts';
import { followAddress, useTabs } from './tabs.ts';
import { TopBar } from './top-bar.tsx';
import { useWindowKeys } from './window-actions.ts';

const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }));

export function Shell() {
  const path = useTabs(({ tabs, activeId }) => tabs.find(({ id }) => id === activeId)?.path) ?? [];
  const page = pageOf(path);
  const [isListOpen, setIsListOpen] = useState(false);
  const showList = useCallback(() => setIsListOpen(true), []);
  useShortcuts(showList);
  const [isPaletteOpen, setIsPaletteOpen] = useState(false);
  usePaletteKey(setIsPaletteOpen);
  useLiveData();
  useEffect(followAddress, []);
  useLinks();
  useWindowKeys();
  useCrashToasts();
  useEffect(() => {
    document.title = [...path.slice(1, 2), page.title, 'Mercury Workbench'].join(' · ');
  });
  return (
    <TooltipProvider delay={500}>
      <div className="flex h-full flex-col">
        <TopBar onShowShortcuts={showList} onOpenPalette={() => setIsPaletteOpen(true)} />
        <ConnectionBanner />
        <div className="flex min-h-0 flex-1">
          <Rail current={page.id} />
          <CentreAndDock />
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
    const stopRate = startRates();
    return () => {
      ending.abort();
      stopRate();
    };
  }, []);
}
