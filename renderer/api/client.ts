/**
 * The typed client of the contract, and the choice of what carries it: the desktop shell's port where this page is in its
 * window, else a WebSocket to the host that served the page.
 *
 * Of the contract only types and the wire's values come here: its schemas are checked by the host.
 */
import { createORPCClient } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import { createTanstackQueryUtils } from '@orpc/tanstack-query';
import { QueryClient } from '@tanstack/react-query';
import type { contract } from '#core/contract/contract.ts';
import { isRetryable } from './failure.ts';
import { desktopBridge, MessagePortLink } from './message-port.ts';
import { WebSocketLink } from './web-socket.ts';

const link = openLink();

export type Client = ContractRouterClient<typeof contract>;

export const client: Client = createORPCClient(link);

/** `queryOptions`, `mutationOptions` and keys for each method. */
export const queries = createTanstackQueryUtils(client);

function openLink(): MessagePortLink | WebSocketLink {
  const bridge = desktopBridge();
  if (bridge !== undefined) return new MessagePortLink(bridge);
  return new WebSocketLink(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/rpc`);
}

export const tryConnectionNow = (): void => link.tryNow();

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // The host is this machine: whether the network is up says nothing. Calls wait for the link by themselves.
        networkMode: 'always',
        queryKeyHashFn: hashKey,
        refetchOnWindowFocus: false,
        retry: (failures, error) => failures < 2 && isRetryable(error),
        retryDelay: 500,
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}

/** As the library's own, for inputs that hold offsets too. */
function hashKey(key: readonly unknown[]): string {
  return JSON.stringify(key, (_, value: unknown) => {
    if (typeof value === 'bigint') return `${value}n`;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}
