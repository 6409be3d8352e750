/** What is done to connections, the same from a page, the top bar and the palette: does it, says it, offers the way back. */
import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { client, queries } from '../api/client.ts';
import { formatTime } from '../lib/format.ts';
import { say } from './toast.ts';

export interface ConnectionActions {
  /** `before`: what undo goes back to. */
  readonly use: (name: string, before: string) => Promise<void>;
  readonly unlock: (name: string, minutes: number) => Promise<void>;
  readonly lock: (name: string) => Promise<void>;
  readonly remove: (name: string) => Promise<void>;
  /** After a change that another way made. */
  readonly refresh: () => Promise<void>;
}

export function useConnectionActions(): ConnectionActions {
  const queryClient = useQueryClient();
  return useMemo(() => {
    const refresh = (): Promise<void> => queryClient.invalidateQueries({ queryKey: queries.connections.key() });
    const use = async (name: string, before: string): Promise<void> => {
      await client.connections.switch({ name });
      // Nothing on screen may be of the cluster before; a form that is being filled stays.
      await queryClient.resetQueries({ predicate: ({ queryKey }) => !isOfConnections(queryKey) });
      await refresh();
      say({ about: 'connection', title: `Reading from ${name} now`, undo: () => use(before, name) });
    };
    const lock = async (name: string): Promise<void> => {
      await client.connections.lock({ name });
      await refresh();
      say({ about: aboutConnection(name), title: `${name} is read-only again` });
    };
    return {
      use,
      lock,
      refresh,
      async unlock(name, minutes) {
        const { unlockedUntil } = await client.connections.unlock({ name, minutes });
        await refresh();
        const until = shortTime(unlockedUntil);
        say({ about: aboutConnection(name), title: `${name} takes writes until ${until}`, undo: () => lock(name) });
      },
      async remove(name) {
        await client.connections.remove({ name });
        await refresh();
        say({
          about: aboutConnection(name),
          title: `${name} removed`,
          undo: async () => {
            await client.connections.restore({ name });
            await refresh();
          },
        });
      },
    };
  }, [queryClient]);
}

function isOfConnections([path]: readonly unknown[]): boolean {
  return Array.isArray(path) && path[0] === 'connections';
}

export const aboutConnection = (name: string): string => `connection ${name}`;

/** Local hours and minutes. */
export function shortTime(milliseconds: number): string {
  return formatTime(new Date(milliseconds)).slice(0, 5);
}
