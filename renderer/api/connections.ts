/** The connections of the workspace, for the pages, the top bar and the palette. */
import { useQuery } from '@tanstack/react-query';
import type { ConnectionSummary } from '#core/contract/connection.ts';
import { queries } from './client.ts';

const refreshMs = 5_000;

export function useConnections() {
  return useQuery(queries.connections.list.queryOptions({ refetchInterval: refreshMs }));
}

/** The one that topics and records are read from; undefined until it is known, or when its file is gone. */
export function useCurrentConnection(): ConnectionSummary | undefined {
  const { data } = useConnections();
  return data?.connections.find(({ name }) => name === data.current);
}
