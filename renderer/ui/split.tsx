/**
 * Work area and inspector side by side, or one above the other where there is no room. The line between them is dragged or moved
 * by arrow keys, and stays where it was put.
 */
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels';
import { classes } from '../lib/classes.ts';

/** Pixels below which both would be too narrow. */
const roomForTwo = 640;

interface SplitProps {
  /** Under which the sizes are remembered. */
  readonly name: string;
  readonly defaultWidth: number;
  readonly children: ReactNode;
  /** Nothing is shown, and the work area takes all, while undefined. */
  readonly aside: ReactNode | undefined;
  readonly label: string;
}

export function Split(props: SplitProps) {
  const box = useRef<HTMLDivElement>(null);
  const isStacked = useIsNarrower(box, roomForTwo);
  return (
    <div ref={box} className="h-full min-h-0">
      {isStacked !== undefined && <Panels {...props} isStacked={isStacked} />}
    </div>
  );
}

function Panels({
  name,
  defaultWidth,
  children,
  aside,
  label,
  isStacked,
}: SplitProps & { readonly isStacked: boolean }) {
  const isOpen = aside !== undefined;
  const layout = useDefaultLayout({
    id: `mercury.split.${name}`,
    storage: localStorage,
    panelIds: isOpen ? ['work', 'aside'] : ['work'],
  });
  return (
    <Group orientation={isStacked ? 'vertical' : 'horizontal'} className="h-full" {...layout}>
      <Panel id="work" minSize={isStacked ? '120px' : '240px'} className="min-w-0">
        {children}
      </Panel>
      {isOpen && (
        <>
          <Separator
            aria-label={`${isStacked ? 'Height' : 'Width'} of ${label}`}
            className={classes(
              'z-10 shrink-0 bg-line bg-clip-content hover:bg-accent-line',
              isStacked ? '-my-0.5 h-[5px] py-0.5' : '-mx-0.5 w-[5px] px-0.5',
            )}
          />
          <Panel
            id="aside"
            defaultSize={isStacked ? '45%' : `${defaultWidth}px`}
            minSize={isStacked ? '96px' : '240px'}
          >
            <aside aria-label={label} className="h-full min-h-0 bg-surface">
              {aside}
            </aside>
          </Panel>
        </>
      )}
    </Group>
  );
}

/** Undefined before it was measured, once. */
function useIsNarrower(box: { readonly current: HTMLElement | null }, pixels: number): boolean | undefined {
  const [isNarrower, setIsNarrower] = useState<boolean>();
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const measure = (): void => {
      // A tab that is hidden has no width, and keeps the form it had.
      if (element.clientWidth > 0) setIsNarrower(element.clientWidth < pixels);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [box, pixels]);
  return isNarrower;
}
