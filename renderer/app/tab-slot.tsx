/** Where the element of a tab is shown. */
import { useLayoutEffect, useRef } from 'react';
import { hostOf } from './tab-hosts.ts';

export function Slot({ id }: { readonly id: string }) {
  const slot = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => slot.current?.append(hostOf(id)), [id]);
  return <div ref={slot} className="h-full" />;
}
