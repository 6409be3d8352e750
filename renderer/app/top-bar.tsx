/** The product, the environment it works in, what runs, and the few controls of the window. */
import { Keyboard, Search } from 'lucide-react';
import { useHasSnapshot, usePipelines } from '../api/live.ts';
import { plural } from '../lib/format.ts';
import { toHref } from '../lib/location.ts';
import { IconButton } from '../ui/button.tsx';
import { Chip, Dot } from '../ui/chip.tsx';
import { Keys } from '../ui/keys.tsx';
import { toneOf } from '../ui/state.tsx';
import { EnvironmentMenu } from './environment-menu.tsx';
import { paletteKeys } from './shortcuts.ts';
import { ThemeMenu } from './theme-menu.tsx';

interface TopBarProps {
  readonly onShowShortcuts: () => void;
  readonly onOpenPalette: () => void;
}

export function TopBar({ onShowShortcuts, onOpenPalette }: TopBarProps) {
  return (
    <header className="flex h-(--bar) shrink-0 items-center gap-3 border-line border-b px-3">
      <a href={toHref('home')} className="flex items-center gap-2 rounded-small font-semibold min-[1200px]:w-[176px]">
        <Mark />
        <span className="whitespace-nowrap max-[900px]:sr-only">Mercury Workbench</span>
      </a>
      <EnvironmentMenu />
      <button
        type="button"
        aria-keyshortcuts="Control+K Meta+K"
        onClick={onOpenPalette}
        className="mx-auto flex h-[26px] w-full max-w-[420px] items-center gap-2 rounded-control border border-line-strong bg-surface px-2 text-faint hover:border-accent-line hover:text-muted"
      >
        <Search size={14} aria-hidden className="shrink-0" />
        <span className="truncate">Search or run a command</span>
        <span aria-hidden className="ml-auto">
          <Keys keys={paletteKeys} />
        </span>
      </button>
      <div className=" flex items-center gap-1.5">
        <Running />
        <IconButton icon={Keyboard} label="Keyboard shortcuts" keys={['?']} onClick={onShowShortcuts} />
        <ThemeMenu />
      </div>
    </header>
  );
}

function Mark() {
  return (
    <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true" className="shrink-0 fill-none stroke-accent">
      <path
        strokeWidth="1.6"
        strokeLinecap="round"
        d="M5 2.5a4 4 0 0 0 8 0M9 12v5M6.5 15h5M9 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8"
      />
    </svg>
  );
}

const tellFirst = ['failed', 'retrying', 'waiting', 'starting', 'stopping', 'running'] as const;

function Running() {
  const hasSnapshot = useHasSnapshot();
  const pipelines = usePipelines();
  if (!hasSnapshot || pipelines.length === 0) return null;
  // The worst is told first.
  const told = tellFirst.find((state) => pipelines.some((pipeline) => pipeline.state === state));
  const tone = told === undefined ? 'faint' : toneOf(told);
  const count = pipelines.filter(({ state }) => state === told).length;
  return (
    <a href={toHref('pipelines')} className="mr-1 rounded-full">
      <Chip tone={tone}>
        <Dot tone={tone} />
        {told === undefined ? 'no pipeline running' : `${plural(count, 'pipeline')} ${told}`}
      </Chip>
    </a>
  );
}
