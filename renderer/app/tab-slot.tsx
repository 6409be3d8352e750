/** Where the element of a tab is shown. */
import { useLayoutEffect, useRef } from 'react';
import { placeHost } from './tab-hosts.ts';

export function Slot({ id }: { readonly id: string }) {
  const slot = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (slot.current !== null) placeHost(id, slot.current);
  }, [id]);
  return <div ref={slot} className="h-full" />;
}
