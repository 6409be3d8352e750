/**
 * Several tabs beside each other: groups that are split, dragged, resized and remembered. The only file that knows the dock library.
 *
 * What is open is decided in tabs.ts: this follows it, and reports which tab the user has activated or dragged.
 */
import {
  type DockviewApi,
  DockviewReact,
  type DockviewTheme,
  type IDockviewPanelHeaderProps,
  type IDockviewPanelProps,
  type SerializedDockview,
} from 'dockview-react';
import 'dockview-react/dist/styles/dockview.css';
import '../styles/dock.css';
import { X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { pageOf, titleOf } from './page-of.ts';
import { Slot } from './tab-slot.tsx';
import {
  activateTab,
  attachDock,
  closeTab,
  type Dock,
  type Side,
  storedGrid,
  storeGrid,
  type Tab,
  useTabs,
} from './tabs.ts';

const theme: DockviewTheme = { name: 'mercury', className: 'mercury-dock', dndTabIndicator: 'line' };
const narrowest = { minimumWidth: 280, minimumHeight: 160 } as const;

export function DockLayout() {
  const [api, setApi] = useState<DockviewApi>();
  const isFollowing = useRef(false);
  const { tabs, activeId } = useTabs();
  useEffect(() => {
    if (api === undefined) return;
    attachDock(dockOf(api));
    const report = [
      api.onDidActivePanelChange(({ panel }) => !isFollowing.current && panel !== undefined && activateTab(panel.id)),
      api.onDidLayoutChange(() => !isFollowing.current && storeGrid(api.toJSON())),
    ];
    return () => {
      attachDock(undefined);
      for (const each of report) each.dispose();
    };
  }, [api]);
  useEffect(() => {
    if (api === undefined) return;
    isFollowing.current = true;
    follow(api, tabs, activeId);
    isFollowing.current = false;
    if (tabs.length > 1) storeGrid(api.toJSON());
  }, [api, tabs, activeId]);
  return (
    <DockviewReact
      className="h-full"
      theme={theme}
      components={{ tab: TabContent }}
      defaultTabComponent={TabHead}
      disableFloatingGroups
      defaultRenderer="always"
      scrollbars="native"
      getTabContextMenuItems={() => []}
      onReady={(event) => {
        restore(event.api);
        setApi(event.api);
      }}
    />
  );
}

function TabContent({ api }: IDockviewPanelProps) {
  return <Slot id={api.id} />;
}

function TabHead({ api }: IDockviewPanelHeaderProps) {
  const path = useTabs(({ tabs }) => tabs.find(({ id }) => id === api.id)?.path) ?? [];
  const { icon: Icon } = pageOf(path);
  return (
    <div
      className="flex h-full items-center gap-2 pr-1 pl-3"
      onAuxClick={(event) => event.button === 1 && closeTab(api.id)}
    >
      <Icon size={14} aria-hidden className="shrink-0" />
      <span className="max-w-52 truncate">{titleOf(path)}</span>
      {/* For the mouse: the keyboard closes by Alt W, so that the strip stays one stop. */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: see above */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: see above */}
      <span
        title="Close tab"
        onPointerDown={(event) => event.stopPropagation()}
        onClick={(event) => {
          event.stopPropagation();
          closeTab(api.id);
        }}
        className="inline-flex size-5 items-center justify-center rounded-small text-faint hover:bg-raised hover:text-text"
      >
        <X size={13} aria-hidden />
      </span>
    </div>
  );
}

/** An arrangement that does not hold exactly the open tabs, or that the library refuses, is left out: they stand side by side. */
function restore(api: DockviewApi): void {
  const grid = storedGrid() as SerializedDockview | undefined;
  const { tabs } = useTabs.getState();
  const ids = Object.keys(grid?.panels ?? {});
  if (grid === undefined || ids.length === 0 || ids.some((id) => !tabs.some((tab) => tab.id === id))) return;
  try {
    api.fromJSON(grid);
  } catch {
    api.clear();
  }
}

function follow(api: DockviewApi, tabs: readonly Tab[], activeId: string): void {
  for (const panel of [...api.panels]) {
    if (!tabs.some(({ id }) => id === panel.id)) api.removePanel(panel);
  }
  for (const tab of tabs) {
    const panel = api.getPanel(tab.id);
    if (panel === undefined) add(api, tab);
    else panel.api.setTitle(titleOf(tab.path));
  }
  if (api.activePanel?.id !== activeId) api.getPanel(activeId)?.api.setActive();
}

function add(api: DockviewApi, { id, path, opened }: Tab): void {
  const near = api.getPanel(opened?.from ?? '') ?? api.panels.at(-1);
  const position = near && { referencePanel: near, direction: opened?.side ?? 'right' };
  api.addPanel({ id, component: 'tab', title: titleOf(path), ...narrowest, ...(position && { position }) });
}

function dockOf(api: DockviewApi): Dock {
  return {
    order: () => api.groups.flatMap((group) => group.panels.map(({ id }) => id)),
    move: (id, side) => {
      const panel = api.getPanel(id);
      if (panel !== undefined && side !== 'within') move(api, panel, side);
    },
    toggleMaximized: (id) => {
      const panel = api.getPanel(id);
      if (api.hasMaximizedGroup()) api.exitMaximizedGroup();
      else if (panel !== undefined) api.maximizeGroup(panel);
    },
  };
}

const directions = { left: 'left', right: 'right', above: 'up', below: 'down' } as const;
const edges = { left: 'left', right: 'right', above: 'top', below: 'bottom' } as const;

function move(api: DockviewApi, panel: DockviewApi['panels'][number], side: Exclude<Side, 'within'>): void {
  const neighbour = api.adjacentGroupInDirection(panel.group, directions[side]);
  const group = api.groups.find(({ id }) => id === neighbour?.id);
  if (group !== undefined) panel.api.moveTo({ group });
  else if (panel.group.panels.length > 1) panel.api.moveTo({ group: panel.group, position: edges[side] });
}
