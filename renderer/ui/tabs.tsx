/** Views of one thing, one shown. Arrow keys move between the tabs. */
import { Tabs as Base } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';

export interface Tab {
  readonly id: string;
  readonly title: ReactNode;
  readonly content: ReactNode;
}

interface TabsProps {
  readonly tabs: readonly Tab[];
  readonly value: string;
  readonly onChange: (id: string) => void;
}

export function Tabs({ tabs, value, onChange }: TabsProps) {
  return (
    <Base.Root value={value} onValueChange={(id) => onChange(String(id))} className="flex min-h-0 flex-1 flex-col">
      <Base.List className="flex shrink-0 gap-4 border-line border-b px-3.5">
        {tabs.map(({ id, title }) => (
          <Base.Tab
            key={id}
            value={id}
            className="flex h-8 items-center gap-1.5 text-muted hover:text-text focus-visible:-outline-offset-2 data-active:text-text data-active:shadow-[inset_0_-2px_var(--accent)]"
          >
            {title}
          </Base.Tab>
        ))}
      </Base.List>
      {tabs.map(({ id, content }) => (
        <Base.Panel key={id} value={id} className="min-h-0 flex-1 overflow-auto focus-visible:-outline-offset-2">
          {content}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
