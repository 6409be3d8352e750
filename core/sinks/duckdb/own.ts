/**
 * The owner in this process, loaded when a sink first needs it: DuckDB's library is big, and most processes that know its
 * sinks never open one.
 */
import type { DuckDbOwner } from './owner.ts';

export function ownWhenNeeded(): DuckDbOwner {
  let loading: Promise<DuckDbOwner> | undefined;
  const owner = (): Promise<DuckDbOwner> => {
    loading ??= import('./local.ts').then(({ localOwner }) => localOwner());
    return loading;
  };
  return {
    open: async (spec, identity) => (await owner()).open(spec, identity),
    look: async (spec, identity) => (await owner()).look(spec, identity),
    reset: async (spec, identity, request) => (await owner()).reset(spec, identity, request),
  };
}
