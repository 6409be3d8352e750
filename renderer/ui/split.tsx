/** Work area and inspector side by side. The line between them is dragged or moved by arrow keys, and stays where it was put. */
import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef } from 'react';
import { useStored } from '../lib/stored.ts';

const narrowest = 240;
const widest = 720;
const step = 24;

interface SplitProps {
  /** Under which the width is remembered. */
  readonly name: string;
  readonly defaultWidth: number;
  readonly children: ReactNode;
  /** Nothing is shown, and the work area takes all, while undefined. */
  readonly aside: ReactNode | undefined;
  readonly label: string;
}

export function Split({ name, defaultWidth, children, aside, label }: SplitProps) {
  const [stored, setWidth] = useStored(`split.${name}`, defaultWidth);
  const width = Math.min(widest, Math.max(narrowest, stored));
  return (
    <div className="flex h-full min-h-0">
      <div className="min-w-0 flex-1">{children}</div>
      {aside !== undefined && (
        <>
          <Divider width={width} onChange={setWidth} label={label} />
          <aside aria-label={label} style={{ width: `min(${width}px, 50%)` }} className="min-h-0 shrink-0 bg-surface">
            {aside}
          </aside>
        </>
      )}
    </div>
  );
}

interface DividerProps {
  readonly width: number;
  readonly onChange: (width: number) => void;
  readonly label: string;
}

function Divider({ width, onChange, label }: DividerProps) {
  const start = useRef<{ x: number; width: number }>(undefined);
  const limit = (next: number): void => onChange(Math.min(widest, Math.max(narrowest, next)));
  const drag = (event: PointerEvent): void => {
    if (start.current !== undefined) limit(start.current.width + start.current.x - event.clientX);
  };
  const press = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowLeft') limit(width + step);
    else if (event.key === 'ArrowRight') limit(width - step);
    else return;
    event.preventDefault();
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that moves is a control, which <hr> is not
    <div
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={`Width of ${label}`}
      aria-valuenow={width}
      aria-valuemin={narrowest}
      aria-valuemax={widest}
      onKeyDown={press}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { x: event.clientX, width };
      }}
      onPointerMove={drag}
      onPointerUp={() => {
        start.current = undefined;
      }}
      className="-mx-0.5 z-10 w-[5px] shrink-0 cursor-col-resize touch-none bg-clip-content px-0.5 bg-line hover:bg-accent-line"
    />
  );
}
