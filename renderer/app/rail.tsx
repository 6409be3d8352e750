/** The pages, at the left. Only their icons where the window is narrow. */
import { classes } from '../lib/classes.ts';
import { toHref } from '../lib/location.ts';
import { Keys } from '../ui/keys.tsx';
import { Tooltip } from '../ui/tooltip.tsx';
import { pages } from './pages.ts';

export function Rail({ current }: { readonly current: string }) {
  return (
    <nav aria-label="Pages" className="w-(--rail-narrow) shrink-0 border-line border-r p-2 min-[1200px]:w-(--rail)">
      <ul className="flex flex-col gap-px">
        {pages.map(({ id, title, icon: Icon, letter }) => (
          <li key={id}>
            <Tooltip text={title} keys={['g', letter]} side="right">
              <a
                href={toHref(id)}
                aria-label={title}
                {...(id === current ? { 'aria-current': 'page' as const } : {})}
                className={classes(
                  'group flex h-row items-center gap-2.5 rounded-control px-2',
                  id === current ? 'bg-accent-tint text-text' : 'text-muted hover:bg-raised hover:text-text',
                )}
              >
                <Icon size={16} strokeWidth={1.75} aria-hidden className={id === current ? 'text-accent' : ''} />
                <span className="hidden flex-1 min-[1200px]:block">{title}</span>
                <span className="invisible hidden group-hover:visible group-focus-visible:visible min-[1200px]:block">
                  <Keys keys={['g', letter]} />
                </span>
              </a>
            </Tooltip>
          </li>
        ))}
      </ul>
    </nav>
  );
}
