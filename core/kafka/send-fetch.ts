/** Sends one Fetch in the newest version that the broker and the topic's metadata allow. */
import type { BrokerConnection } from './broker-connection.ts';
import {
  type FetchRequest,
  type FetchResponse,
  fetchApiKey,
  fetchVersions,
  parseFetchResponse,
  writeFetchRequest,
} from './protocol/fetch-request.ts';

export function sendFetch(connection: BrokerConnection, request: FetchRequest): Promise<FetchResponse> {
  const { topic, topicId, maxBytes } = request;
  const max = topicId === undefined ? fetchVersions.firstWithTopicId - 1 : fetchVersions.max;
  return connection.send(
    {
      apiKey: fetchApiKey,
      versions: { ...fetchVersions, max },
      write: (version) => writeFetchRequest({ ...request, maxBytes: connection.affordable(maxBytes) }, version),
      parse: parseFetchResponse,
    },
    topic,
  );
}
