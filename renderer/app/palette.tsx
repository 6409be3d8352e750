/** Ctrl/⌘ K: finds pages, topics, pipelines and actions by any part of their words, and does the chosen one. */
import { Dialog } from '@base-ui/react/dialog';
import { useQuery } from '@tanstack/react-query';
import { Command as Menu } from 'cmdk';
import { CornerDownLeft, Search } from 'lucide-react';
import { useState } from 'react';
import type { TopicRow } from '#core/contract/topic.ts';
import { client, queries } from '../api/client.ts';
import { useConnections } from '../api/connections.ts';
import { usePipelines, useSandbox } from '../api/live.ts';
import { parseTopicPlace } from '../lib/place.ts';
import { Keys } from '../ui/keys.tsx';
import { attempt } from '../ui/toast.ts';
import { useConnectionActions } from '../ui/use-connection-actions.ts';
import { type Command, commandGroups, placeCommand } from './commands.ts';

interface PaletteProps {
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
  readonly onShowShortcuts: () => void;
}

export function Palette({ isOpen, onOpenChange, onShowShortcuts }: PaletteProps) {
  return (
    <Dialog.Root open={isOpen} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-bg/70" />
        <Dialog.Popup
          aria-label="Commands"
          className="-translate-x-1/2 fixed top-[12vh] left-1/2 z-50 w-[min(600px,94vw)] overflow-hidden rounded-card border border-line-strong bg-surface shadow-float focus:outline-none"
        >
          <Commands onDone={() => onOpenChange(false)} onShowShortcuts={onShowShortcuts} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** The first message of the stream: all names, without what a cluster is slow to tell. */
async function readTopics({ signal }: { readonly signal: AbortSignal }): Promise<readonly TopicRow[]> {
  for await (const { topics } of await client.topics.watch(undefined, { signal })) return topics;
  return [];
}

interface CommandsProps {
  readonly onDone: () => void;
  readonly onShowShortcuts: () => void;
}

function Commands({ onDone, onShowShortcuts }: CommandsProps) {
  const [search, setSearch] = useState('');
  const topics = useQuery({ queryKey: [...queries.topics.watch.key(), 'names'], queryFn: readTopics }).data ?? [];
  const { connections = [], current = '' } = useConnections().data ?? {};
  const { use } = useConnectionActions();
  const groups = commandGroups({
    otherConnections: connections.filter(({ name, fault }) => name !== current && fault === null),
    useConnection: (name) => void attempt('connection', `${name} was not chosen`, () => use(name, current)),
    topics: topics.filter(({ internal }) => !internal),
    pipelines: usePipelines(),
    sandbox: useSandbox(),
    showShortcuts: onShowShortcuts,
  });
  const place = parseTopicPlace(search);
  const choose = (command: Command): void => {
    onDone();
    command.run();
  };
  return (
    <Menu label="Commands" loop filter={matches}>
      <div className="flex h-11 items-center gap-2.5 border-line border-b px-3.5">
        <Search size={15} aria-hidden className="shrink-0 text-faint" />
        <Menu.Input
          autoFocus
          value={search}
          onValueChange={setSearch}
          placeholder="Go to a page, a topic, a pipeline, or do something"
          className="min-w-0 flex-1 bg-transparent placeholder:text-faint focus-visible:outline-none"
        />
        <Keys keys={['Esc']} />
      </div>
      <Menu.List className="max-h-[min(440px,60vh)] overflow-y-auto p-1.5">
        <Menu.Empty className="px-3 py-8 text-center text-muted">
          Nothing is called “{search}”. Try fewer letters.
        </Menu.Empty>
        {place !== undefined && <Item command={placeCommand(place)} onChoose={choose} />}
        {groups.map(({ title, commands }) => (
          <Menu.Group
            key={title}
            heading={title}
            className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-data [&_[cmdk-group-heading]]:text-faint"
          >
            {commands.map((command) => (
              <Item key={command.id} command={command} onChoose={choose} />
            ))}
          </Menu.Group>
        ))}
      </Menu.List>
    </Menu>
  );
}

interface ItemProps {
  readonly command: Command;
  readonly onChoose: (command: Command) => void;
}

function Item({ command, onChoose }: ItemProps) {
  const { id, title, icon: Icon, note, keys, words = [] } = command;
  return (
    <Menu.Item
      value={id}
      keywords={[title, ...words]}
      onSelect={() => onChoose(command)}
      className="group flex h-8 items-center gap-2.5 rounded-control px-2 data-[selected=true]:bg-accent-tint"
    >
      <Icon size={15} aria-hidden className="shrink-0 text-muted group-data-[selected=true]:text-accent" />
      <span className="truncate">{title}</span>
      {note !== undefined && <span className="figures ml-auto shrink-0 pl-3 text-data text-muted">{note}</span>}
      {keys !== undefined && (
        <span className="ml-auto">
          <Keys keys={keys} />
        </span>
      )}
      <CornerDownLeft
        size={13}
        aria-hidden
        className={`shrink-0 text-faint opacity-0 group-data-[selected=true]:opacity-100 ${note === undefined && keys === undefined ? 'ml-auto' : ''}`}
      />
    </Menu.Item>
  );
}

/**
 * Each typed word must be in the title or the words; titles that begin with it come first. Letters scattered over a name,
 * as fuzzy search would take them, find too much among topics whose names are alike.
 */
function matches(_id: string, search: string, keywords: readonly string[] = []): number {
  const [title = '', ...words] = keywords.map((word) => word.toLowerCase());
  const typed = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (!typed.every((part) => title.includes(part) || words.some((word) => word.includes(part)))) return 0;
  const [first = ''] = typed;
  if (title === search.toLowerCase()) return 1;
  if (title.startsWith(first)) return 0.9;
  return typed.every((part) => title.includes(part)) ? 0.7 : 0.4;
}
