/** What the user can change, the same from a button and from the palette: does it, says it, offers the way back. A failure is thrown. */
import { client } from '../api/client.ts';
import { withTask } from '../api/tasks.ts';
import { formatCount } from '../lib/format.ts';
import { toHref } from '../lib/location.ts';
import { say } from './toast.ts';

export async function startPipeline(name: string): Promise<void> {
  await client.pipelines.start({ name });
  say({ about: aboutPipeline(name), title: `${name} started`, undo: () => stopPipeline(name) });
}

/** Resolves when its process is gone: what was in flight is committed. */
export async function stopPipeline(name: string): Promise<void> {
  await withTask({ title: `Stopping ${name}`, href: toHref('pipelines', name) }, () => client.pipelines.stop({ name }));
  say({ about: aboutPipeline(name), title: `${name} stopped`, undo: () => startPipeline(name) });
}

/** `before`: the rate that undo goes back to. */
export async function setFeedRate(ratePerSecond: number, before: number): Promise<void> {
  await client.sandbox.setFeedRate({ ratePerSecond });
  const title =
    ratePerSecond === 0 ? 'Sample feed paused' : `Sample feed sends ${formatCount(ratePerSecond)} records a second`;
  say({ about: aboutFeed, title, undo: () => setFeedRate(before, ratePerSecond) });
}

export const aboutFeed = 'feed';
export const aboutPipeline = (name: string): string => `pipeline ${name}`;
