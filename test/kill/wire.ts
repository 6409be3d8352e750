/** Just enough of PostgreSQL's and Kafka's protocols to tell at which step of a batch a connection is. */
import type { Conversation } from './proxy.ts';

export interface PostgresMessage {
  /** The type byte; `startup` for the first message of a client, which has none. */
  readonly type: string;
  /** SQL of a query, the tag of a finished command (`COPY 500`, `COMMIT`); empty for all others. */
  readonly text: string;
}

export function postgresConversation(): Conversation<PostgresMessage> {
  let hasStarted = false;
  return {
    lengthOf(from, pending) {
      const isBare = from === 'client' && !hasStarted;
      if (pending.length < 5) return undefined;
      return isBare ? pending.readInt32BE(0) : pending.readInt32BE(1) + 1;
    },
    read(from, bytes) {
      if (from === 'client' && !hasStarted) {
        hasStarted = true;
        return { type: 'startup', text: '' };
      }
      const type = String.fromCharCode(bytes[0]!);
      const hasText = from === 'client' ? type === 'Q' : type === 'C';
      return { type, text: hasText ? bytes.toString('utf8', 5, bytes.length - 1) : '' };
    },
  };
}

export const kafkaApis = { produce: 0, fetch: 1, metadata: 3, offsetCommit: 8, findCoordinator: 10 } as const;

export interface KafkaMessage {
  /** Of the request, also on its answer. */
  readonly api: number;
}

/** `brokerPort` is what the broker tells clients to connect to: they are told the proxy's instead. */
export function kafkaConversation(brokerPort: number, proxyPort: number): Conversation<KafkaMessage> {
  const apis = new Map<number, number>();
  return {
    lengthOf: (_from, pending) => (pending.length < 4 ? undefined : pending.readInt32BE(0) + 4),
    read(from, bytes) {
      if (from === 'client') {
        const api = bytes.readInt16BE(4);
        apis.set(bytes.readInt32BE(8), api);
        return { api };
      }
      const correlation = bytes.readInt32BE(4);
      const api = apis.get(correlation) ?? -1;
      apis.delete(correlation);
      if (api === kafkaApis.metadata || api === kafkaApis.findCoordinator) redirect(bytes, brokerPort, proxyPort);
      return { api };
    },
  };
}

/** In every version of both answers a broker's host is followed by its port as an int32. */
function redirect(answer: Buffer, fromPort: number, toPort: number): void {
  const address = Buffer.from('127.0.0.1____');
  address.writeInt32BE(fromPort, 9);
  for (let at = answer.indexOf(address); at >= 0; at = answer.indexOf(address, at + 1)) {
    answer.writeInt32BE(toPort, at + 9);
  }
}
