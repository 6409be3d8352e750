/**
 * Waits for the user to end a command that stays: SIGINT, SIGTERM or SIGHUP. A second one ends it at once.
 *
 * npm and npx put a shell between themselves and this process, and that shell dies of a SIGTERM without passing it on: the
 * loss of the parent counts as the signal then.
 */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(1);
      controller.abort();
    });
  }
  if (process.env.npm_lifecycle_event !== undefined) abortWithoutParent(controller);
  return controller.signal;
}

const parentCheckMs = 500;

function abortWithoutParent(controller: AbortController): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    controller.abort();
  }, parentCheckMs);
  timer.unref();
}

export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
