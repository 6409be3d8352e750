/**
 * The tabs of the centre: which pages are open and which one is active. The active one drives the address, a changed address opens in
 * the active one, or shows the tab that has it already.
 *
 * Where they stand (groups, sizes) is kept by dock-layout.tsx, which is loaded when there is a second one. Both are remembered
 * together: an arrangement of another version is thrown away.
 */
import { create } from 'zustand';
import { parseHash, toHref } from '../lib/location.ts';
import { readStoredObject, storeObject } from '../lib/stored.ts';

/** `within`: as another tab of the group of the active one. */
export type Side = 'left' | 'right' | 'above' | 'below' | 'within';

export interface Tab {
  readonly id: string;
  /** The segments of its address, its page's first. */
  readonly path: readonly string[];
  /** Where it was opened, beside which tab: until the dock has placed it. */
  readonly opened?: { readonly side: Side; readonly from: string };
}

interface TabsState {
  readonly tabs: readonly [Tab, ...Tab[]];
  readonly activeId: string;
}

interface StoredTabs {
  readonly version: typeof storedVersion;
  readonly tabs: readonly { readonly id: string; readonly path: readonly string[] }[];
  readonly activeId: string;
  /** The dock's own form. */
  readonly grid: unknown;
}

/** What the dock does for the commands below, while it is shown. */
export interface Dock {
  /** In the order in which they stand. */
  readonly order: () => readonly string[];
  readonly move: (id: string, side: Side) => void;
  /** Its group takes the place of all, until the next call. */
  readonly toggleMaximized: (id: string) => void;
}

const storedVersion = 1;
const storedName = 'layout';

let grid: unknown;
let dock: Dock | undefined;

export const useTabs = create<TabsState>(() => readTabs());

export const storedGrid = (): unknown => grid;

/** Called by the dock: `undefined` when it is gone. */
export function attachDock(next: Dock | undefined): void {
  dock = next;
}

export function storeGrid(next: unknown): void {
  grid = next;
  remember();
}

/** Follows the address for the life of the page. Called once, by the shell. */
export function followAddress(): () => void {
  const follow = (): void => show(parseHash(location.hash));
  if (location.hash === '') writeAddress(activeTab().path);
  else follow();
  addEventListener('hashchange', follow);
  return () => removeEventListener('hashchange', follow);
}

function show(path: readonly string[]): void {
  const { tabs } = useTabs.getState();
  const active = activeTab();
  if (isSame(active.path, path)) return;
  const shown = tabs.find((tab) => isSame(tab.path, path));
  if (shown !== undefined) update({ activeId: shown.id });
  else update({ tabs: tabs.map((tab) => (tab.id === active.id ? { ...tab, path } : tab)) as [Tab, ...Tab[]] });
}

export function openTab(path: readonly string[], side: Side): void {
  const { tabs, activeId } = useTabs.getState();
  const tab: Tab = { id: crypto.randomUUID(), path, opened: { side, from: activeId } };
  update({ tabs: [...tabs, tab], activeId: tab.id });
  writeAddress(path);
}

/** What is shown, a second time, to go on from there. */
export const splitTab = (side: Side): void => openTab(activeTab().path, side);

/** The last one stays. The one that stood beside it becomes active. */
export function closeTab(id = activeTab().id): void {
  const { tabs, activeId } = useTabs.getState();
  const rest = tabs.filter((tab) => tab.id !== id);
  const [first, ...others] = rest;
  if (first === undefined) return;
  const order = orderOf(tabs);
  const at = order.indexOf(id);
  const next = id === activeId ? (order[at + 1] ?? order[at - 1] ?? first.id) : activeId;
  update({ tabs: [first, ...others], activeId: next });
  writeAddress(activeTab().path);
}

export function closeOtherTabs(): void {
  update({ tabs: [activeTab()] });
}

export function activateTab(id: string): void {
  const { tabs, activeId } = useTabs.getState();
  if (id === activeId || !tabs.some((tab) => tab.id === id)) return;
  update({ activeId: id });
  writeAddress(activeTab().path);
}

/** `step`: 1 for the next, -1 for the one before, around the end. */
export function stepTab(step: 1 | -1): void {
  const { tabs, activeId } = useTabs.getState();
  const order = orderOf(tabs);
  const next = order[(order.indexOf(activeId) + step + order.length) % order.length];
  if (next !== undefined) activateTab(next);
}

/** Into the group at that side, or into one of its own there. */
export const moveTab = (side: Side): void => dock?.move(useTabs.getState().activeId, side);

export const toggleMaximizedTab = (): void => dock?.toggleMaximized(useTabs.getState().activeId);

function activeTab(): Tab {
  const { tabs, activeId } = useTabs.getState();
  return tabs.find(({ id }) => id === activeId) ?? tabs[0];
}

function orderOf(tabs: TabsState['tabs']): readonly string[] {
  const order = dock?.order() ?? [];
  return order.length === tabs.length ? order : tabs.map(({ id }) => id);
}

function update(change: Partial<TabsState>): void {
  useTabs.setState(change);
  remember();
}

function writeAddress(path: readonly string[]): void {
  const hash = toHref(...path);
  if (location.hash !== hash && !isSame(parseHash(location.hash), path)) location.hash = hash;
}

function remember(): void {
  const { tabs, activeId } = useTabs.getState();
  const stored: StoredTabs = {
    version: storedVersion,
    tabs: tabs.map(({ id, path }) => ({ id, path })),
    activeId,
    grid: tabs.length > 1 ? grid : undefined,
  };
  storeObject(storedName, stored);
}

function readTabs(): TabsState {
  const stored = readStoredObject(storedName);
  if (!isStored(stored)) return startWith({ id: 'first', path: parseHash(location.hash) });
  grid = stored.grid;
  const [first, ...others] = stored.tabs;
  if (first === undefined) return startWith({ id: 'first', path: [] });
  const activeId = stored.tabs.some(({ id }) => id === stored.activeId) ? stored.activeId : first.id;
  return { tabs: [first, ...others], activeId };
}

function startWith(tab: Tab): TabsState {
  return { tabs: [tab], activeId: tab.id };
}

function isStored(stored: unknown): stored is StoredTabs {
  const { version, tabs, activeId } = (stored ?? {}) as Partial<StoredTabs>;
  if (version !== storedVersion || !Array.isArray(tabs) || typeof activeId !== 'string') return false;
  return tabs.every(({ id, path }: Partial<Tab>) => typeof id === 'string' && Array.isArray(path));
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((segment, index) => segment === b[index]);
}
