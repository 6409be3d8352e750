/** What a control does and its shortcut, on hover and on keyboard focus. Never the only place of an information. */
import { Tooltip as Base } from '@base-ui/react/tooltip';
import type { ReactElement } from 'react';
import { Keys } from './keys.tsx';

interface TooltipProps {
  readonly text: string;
  readonly keys?: readonly string[];
  /** One element that takes a ref and props. */
  readonly children: ReactElement;
  readonly side?: 'top' | 'right' | 'bottom';
}

export function Tooltip({ text, keys, children, side = 'bottom' }: TooltipProps) {
  return (
    <Base.Root>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner sideOffset={6} side={side} className="z-50">
          <Base.Popup className="flex max-w-80 items-center gap-2 rounded-control border border-line-strong bg-raised px-2 py-1 text-data text-text shadow-float">
            {text}
            {keys !== undefined && <Keys keys={keys} />}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

export const TooltipProvider = Base.Provider;
