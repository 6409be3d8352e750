/** Everything the palette offers: places to go and things to do, made from what is there at this moment. */
import {
  Cable,
  ClipboardCopy,
  Crosshair,
  Footprints,
  Gauge,
  Keyboard,
  Link,
  type LucideIcon,
  Palette as PaletteIcon,
  Pause,
  Play,
  Plus,
  Rows3,
  Square,
  Workflow,
} from 'lucide-react';
import type { ConnectionSummary } from '#core/contract/connection.ts';
import type { SandboxStatus } from '#core/contract/live.ts';
import type { PipelineStatus } from '#core/contract/pipeline.ts';
import type { TopicRow } from '#core/contract/topic.ts';
import { formatCount } from '../lib/format.ts';
import { navigate } from '../lib/location.ts';
import { placeText, type TopicPlace } from '../lib/place.ts';
import { prefer, themes } from '../lib/preferences.ts';
import { dismissWalk } from '../lib/walk.ts';
import { aboutFeed, aboutPipeline, setFeedRate, startPipeline, stopPipeline } from '../ui/actions.ts';
import { attempt, say } from '../ui/toast.ts';
import { pages } from './pages.ts';
import { isPossible, keysOf, windowActions } from './window-actions.ts';

export interface Command {
  /** Unique among all commands. */
  readonly id: string;
  readonly title: string;
  readonly icon: LucideIcon;
  /** What to know before choosing it: a state, a count. */
  readonly note?: string;
  readonly keys?: readonly string[];
  /** Other words by which it is found. */
  readonly words?: readonly string[];
  readonly run: () => void;
}

export interface CommandGroup {
  readonly title: string;
  readonly commands: readonly Command[];
}

export interface CommandSources {
  readonly topics: readonly Pick<TopicRow, 'name'>[];
  readonly pipelines: readonly PipelineStatus[];
  readonly sandbox: SandboxStatus | undefined;
  /** Those that could be used instead of the one in use. */
  readonly otherConnections: readonly ConnectionSummary[];
  readonly useConnection: (name: string) => void;
  readonly showShortcuts: () => void;
}

export function commandGroups(sources: CommandSources): readonly CommandGroup[] {
  const { topics, pipelines, sandbox, showShortcuts } = sources;
  return [
    { title: 'Pages', commands: pages.map(pageCommand) },
    { title: 'Pipelines', commands: pipelines.flatMap(pipelineCommands) },
    { title: 'Topics', commands: topics.map(topicCommand) },
    { title: 'Connections', commands: connectionCommands(sources) },
    { title: 'Sandbox', commands: sandbox === undefined ? [] : sandboxCommands(sandbox) },
    { title: 'Window', commands: windowCommands(showShortcuts) },
  ].filter(({ commands }) => commands.length > 0);
}

function pageCommand({ id, title, icon, letter }: (typeof pages)[number]): Command {
  return { id: `page ${id}`, title, icon, keys: ['g', letter], words: ['go to', 'page'], run: () => navigate(id) };
}

/** For a typed `flights-2@48213`. */
export function placeCommand({ topic, ...place }: TopicPlace): Command {
  const text = placeText(place);
  const title = `Go to the record ${topic}-${text}`;
  return { id: title, title, icon: Crosshair, words: [`${topic}-${text}`], run: () => navigate('topics', topic, text) };
}

function topicCommand({ name }: Pick<TopicRow, 'name'>): Command {
  return {
    id: `topic ${name}`,
    title: name,
    icon: Rows3,
    words: ['topic', 'open'],
    run: () => navigate('topics', name),
  };
}

function connectionCommands({ otherConnections, useConnection }: CommandSources): readonly Command[] {
  const uses = otherConnections.map(({ name, environment }) => ({
    id: `connection ${name}`,
    title: `Use the connection ${name}`,
    icon: Cable,
    note: environment,
    words: ['switch', 'cluster', 'environment'],
    run: () => useConnection(name),
  }));
  const add = { id: 'connection new', title: 'New connection', icon: Plus, run: () => navigate('connections', 'new') };
  return [...uses, { ...add, words: ['add', 'cluster', 'properties'] }];
}

function pipelineCommands({ name, state }: PipelineStatus): readonly Command[] {
  const open: Command = {
    id: `pipeline ${name}`,
    title: name,
    icon: Workflow,
    note: state,
    words: ['pipeline', 'open'],
    run: () => navigate('pipelines', name),
  };
  const isDown = state === 'stopped' || state === 'failed' || state === 'finished';
  if (state === 'stopping') return [open];
  const [verb, icon, action] = isDown
    ? (['Start', Play, startPipeline] as const)
    : (['Stop', Square, stopPipeline] as const);
  const run = () => void attempt(aboutPipeline(name), `${verb} ${name}: refused`, () => action(name));
  return [open, { id: `${verb} ${name}`, title: `${verb} ${name}`, icon, words: ['pipeline'], run }];
}

const feedRates = [20, 200, 2_000, 20_000] as const;

function sandboxCommands({ feed, kafka, registry, postgres }: SandboxStatus): readonly Command[] {
  const change = (rate: number) => () =>
    void attempt(aboutFeed, 'The rate was not changed', () => setFeedRate(rate, feed?.ratePerSecond ?? 0));
  const rates = feedRates
    .filter((rate) => rate !== feed?.ratePerSecond)
    .map((rate) => ({
      id: `feed ${rate}`,
      title: `Feed ${formatCount(rate)} records a second`,
      icon: Gauge,
      words: ['sample', 'rate', String(rate)],
      run: change(rate),
    }));
  const pause = { id: 'feed pause', title: 'Pause the sample feed', icon: Pause, words: ['rate'], run: change(0) };
  return [
    ...(feed === null ? [] : [...(feed.ratePerSecond === 0 ? [] : [pause]), ...rates]),
    ...addressCommands([
      { name: 'Kafka', address: kafka },
      { name: 'Schema Registry', address: registry },
      { name: 'PostgreSQL', address: postgres },
    ]),
  ];
}

function addressCommands(servers: readonly { name: string; address: string | null }[]): readonly Command[] {
  return servers.flatMap(({ name, address }) =>
    address === null
      ? []
      : [
          {
            id: `copy ${name}`,
            title: `Copy the address of ${name}`,
            icon: ClipboardCopy,
            note: address,
            run: () => copy(address, `Copied ${address}`),
          },
        ],
  );
}

const themeTitles = { system: 'Theme as the system', dark: 'Dark theme', light: 'Light theme' } as const;

function windowCommands(showShortcuts: () => void): readonly Command[] {
  return [
    ...windowActions.filter(isPossible).map(windowCommand),
    ...themes.map((theme) => ({
      id: `theme ${theme}`,
      title: themeTitles[theme],
      icon: PaletteIcon,
      words: ['appearance', 'colour'],
      run: () => prefer({ theme }),
    })),
    {
      id: 'copy link',
      title: 'Copy a link to what is shown',
      icon: Link,
      words: ['mercury', 'address', 'share'],
      run: () => copy(linkToHere(), 'Copied the link'),
    },
    {
      id: 'walk',
      title: 'Show the walk: find, why, fix, redrive',
      icon: Footprints,
      words: ['help', 'tour', 'dead letter', 'sample', 'learn'],
      run: () => {
        dismissWalk(false);
        navigate('home');
      },
    },
    { id: 'shortcuts', title: 'Keyboard shortcuts', icon: Keyboard, keys: ['?'], words: ['help'], run: showShortcuts },
  ];
}

function windowCommand(action: (typeof windowActions)[number]): Command {
  const { id, title, icon, words, run } = action;
  const keys = keysOf(action);
  return { id, title, icon, words, run, ...(keys === undefined ? {} : { keys }) };
}

/** The desktop window opens it; in a browser what follows `mercury://` is what follows `#/`. */
function linkToHere(): string {
  return `mercury://${location.hash.replace(/^#\/?/, '') || 'home'}`;
}

function copy(text: string, title: string): void {
  void attempt('copy', 'The browser refused to copy', async () => {
    await navigator.clipboard.writeText(text);
    say({ about: 'copy', title });
  });
}
