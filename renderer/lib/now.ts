/** The time of day in steps, for texts like `3 min 20 s` that grow. Stands still while the page is hidden. */
import { useEffect, useState } from 'react';

export function useNow(stepMs = 1_000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === 'visible' && setNow(Date.now()), stepMs);
    return () => clearInterval(timer);
  }, [stepMs]);
  return now;
}
