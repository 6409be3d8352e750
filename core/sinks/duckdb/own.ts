/** Owners that are there only once they are needed. */
import type { DuckDbOwner } from './owner.ts';

/** `find` is asked at each call. */
export function ownerFoundBy(find: () => Promise<DuckDbOwner>): DuckDbOwner {
  return {
    open: async (spec, identity, fields) => (await find()).open(spec, identity, fields),
    look: async (spec, identity) => (await find()).look(spec, identity),
    reset: async (spec, identity, request) => (await find()).reset(spec, identity, request),
  };
}

/** This process as the owner: DuckDB's library is big, and most processes that know its sinks never open one. */
export function ownWhenNeeded(): DuckDbOwner {
  let loading: Promise<DuckDbOwner> | undefined;
  return ownerFoundBy(() => {
    loading ??= import('./local.ts').then(({ localOwner }) => localOwner());
    return loading;
  });
}
