/** Results that never change, by key: bounded, the least recently used goes first; callers of one key at one time share the work. */
export interface SharedCache<Key, Value> {
  /**
   * The kept value, or the work's; a failure is not kept.
   *
   * The signal ends this caller's waiting alone: others may wait for the same work.
   */
  get(key: Key, work: () => Promise<Value>, signal?: AbortSignal): Promise<Value>;
}

export function sharedCache<Key, Value>(limit: number): SharedCache<Key, Value> {
  const entries = new Map<Key, Promise<Value>>();

  function start(key: Key, work: () => Promise<Value>): Promise<Value> {
    const started = work();
    started.catch(() => {
      if (entries.get(key) === started) entries.delete(key);
    });
    return started;
  }

  return {
    get(key, work, signal) {
      const entry = entries.get(key) ?? start(key, work);
      entries.delete(key);
      entries.set(key, entry);
      if (entries.size > limit) entries.delete(entries.keys().next().value!);
      return signal === undefined ? entry : abandonable(entry, signal);
    },
  };
}

function abandonable<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const { promise, resolve, reject } = Promise.withResolvers<Value>();
  const abandon = () => reject(signal.reason);
  if (signal.aborted) abandon();
  else signal.addEventListener('abort', abandon, { once: true });
  work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abandon));
  return promise;
}
