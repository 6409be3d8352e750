/** Sends one Fetch in the newest version that the broker and the topic's metadata allow. */
import { WorkbenchError } from '#core/contract/errors.ts';
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
  const highest = request.topicId === undefined ? fetchVersions.firstWithTopicId - 1 : fetchVersions.max;
  const version = connection.version(fetchApiKey, fetchVersions.min, highest);
  if (version === undefined) return Promise.reject(tooOld(connection.address));
  return connection.send(
    {
      apiKey: fetchApiKey,
      version,
      isFlexible: version >= fetchVersions.firstFlexible,
      write: () => writeFetchRequest({ ...request, maxBytes: connection.affordable(request.maxBytes) }, version),
      parse: (_id, _key, _version, reader) => parseFetchResponse(reader, version),
    },
    request.topic,
  );
}

function tooOld(address: string): WorkbenchError {
  const { min, max } = fetchVersions;
  return new WorkbenchError(
    'UNSUPPORTED',
    `The Kafka broker at ${address} does not offer Fetch in version ${min} to ${max}.`,
    {
      object: address,
      nextStep: 'Use a cluster of Kafka 2.4 or newer.',
    },
  );
}
