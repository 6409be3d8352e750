/** Choices that survive a reload, kept by the browser for this address. Where it keeps nothing, the fallback is used. */
import { useCallback, useState } from 'react';

const prefix = 'mercury.';
/** Under which the panels that are dragged keep their sizes: see react-resizable-panels. */
const panelPrefix = `react-resizable-panels:${prefix}`;

export function readStored<T extends string | number | boolean>(name: string, fallback: T): T {
  try {
    const text = localStorage.getItem(prefix + name);
    const value: unknown = text === null ? fallback : JSON.parse(text);
    return typeof value === typeof fallback ? (value as T) : fallback;
  } catch {
    return fallback;
  }
}

export function store(name: string, value: string | number | boolean): void {
  try {
    localStorage.setItem(prefix + name, JSON.stringify(value));
  } catch {
    // Storage is full or forbidden: the choice lasts as long as the page.
  }
}

/** For what is more than one value: the reader checks its form, which may be of another version. Undefined where nothing is kept. */
export function readStoredObject(name: string): unknown {
  try {
    const text = localStorage.getItem(prefix + name);
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function storeObject(name: string, value: object): void {
  try {
    localStorage.setItem(prefix + name, JSON.stringify(value));
  } catch {
    // See above.
  }
}

/** All choices whose name begins with one of these, and the sizes of all panels. They are gone at the next load of the page. */
export function forgetStored(beginnings: readonly string[]): void {
  try {
    for (const key of Object.keys(localStorage)) {
      const isOne = beginnings.some((name) => key.startsWith(prefix + name));
      if (isOne || key.startsWith(panelPrefix)) localStorage.removeItem(key);
    }
  } catch {
    // Where nothing is kept there is nothing to forget.
  }
}

export function useStored<T extends string | number | boolean>(name: string, fallback: T): [T, (value: T) => void] {
  const [value, setValue] = useState(() => readStored(name, fallback));
  const update = useCallback(
    (next: T) => {
      setValue(next);
      store(name, next);
    },
    [name],
  );
  return [value, update];
}
