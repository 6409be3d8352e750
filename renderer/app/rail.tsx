/** The pages, at the left. Only their icons where the window is narrow. */
import { classes } from '../lib/classes.ts';
import { toHref } from '../lib/location.ts';
import type { Page } from '../lib/page.ts';
import { Keys } from '../ui/keys.tsx';
import { Tooltip } from '../ui/tooltip.tsx';
import { pages } from './pages.ts';

const isAtFoot = (page: Page): boolean => page.isAtFoot === true;
const groups = [
  ...Map.groupBy(
    pages.filter((page) => !isAtFoot(page)),
    ({ group }) => group,
  ),
];

export function Rail({ current }: { readonly current: string }) {
  return (
    <nav
      aria-label="Pages"
      className="flex w-(--rail-narrow) shrink-0 flex-col overflow-y-auto border-line border-r p-2 min-[1200px]:w-(--rail)"
    >
      {groups.map(([title, members]) => (
        <div
          key={title ?? ''}
          className="border-line not-first:mt-2 not-first:border-t not-first:pt-2 min-[1200px]:border-t-0!"
        >
          {title !== undefined && (
            <p aria-hidden className="hidden px-2 pb-1 text-data text-faint min-[1200px]:block">
              {title}
            </p>
          )}
          <ul {...(title === undefined ? {} : { 'aria-label': title })} className="flex flex-col gap-px">
            {members.map((page) => (
              <RailItem key={page.id} page={page} isCurrent={page.id === current} />
            ))}
          </ul>
        </div>
      ))}
      <ul className="mt-auto flex flex-col gap-px pt-2">
        {pages.filter(isAtFoot).map((page) => (
          <RailItem key={page.id} page={page} isCurrent={page.id === current} />
        ))}
      </ul>
    </nav>
  );
}

function RailItem({ page, isCurrent }: { readonly page: Page; readonly isCurrent: boolean }) {
  const { id, title, icon: Icon, letter } = page;
  return (
    <li>
      <Tooltip text={title} keys={['g', letter]} side="right">
        <a
          href={toHref(id)}
          aria-label={title}
          {...(isCurrent ? { 'aria-current': 'page' as const } : {})}
          className={classes(
            'group flex h-row items-center gap-2.5 rounded-control px-2',
            isCurrent ? 'bg-accent-tint text-text' : 'text-muted hover:bg-raised hover:text-text',
          )}
        >
          <Icon size={16} strokeWidth={1.75} aria-hidden className={isCurrent ? 'text-accent' : ''} />
          <span className="hidden flex-1 min-[1200px]:block">{title}</span>
          <span className="invisible hidden group-hover:visible group-focus-visible:visible min-[1200px]:block">
            <Keys keys={['g', letter]} />
          </span>
        </a>
      </Tooltip>
    </li>
  );
}
