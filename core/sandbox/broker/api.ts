/** What one API of the protocol is: its key, its versions, its two messages and the function that answers. */
import type { GroupCoordinator } from './groups/coordinator.ts';
import type { PartitionLog } from './log/partition-log.ts';
import type { ProducerIds } from './producer-ids.ts';
import type { ReadBuffer } from './read-buffer.ts';
import type { Topic, Topics } from './topics.ts';
import type { Transactions } from './transactions.ts';
import { ErrorCode, ProtocolError } from './wire/error-codes.ts';
import type { Reader } from './wire/reader.ts';
import type { Codec } from './wire/schema.ts';
import type { Writer } from './wire/writer.ts';

export const nodeId = 1;
/** In the place of the operations that a client may do: there is no authorizer to say. */
export const unknownOperations = -2147483648;

/** The parts of the broker that handlers work with. */
export interface Node {
  readonly host: string;
  readonly port: number;
  readonly clusterId: string;
  readonly dataDir: string;
  readonly autoCreateTopics: boolean;
  readonly topics: Topics;
  readonly groups: GroupCoordinator;
  readonly producerIds: ProducerIds;
  readonly transactions: Transactions;
  readonly apis: readonly Api[];
}

export interface Call {
  readonly node: Node;
  readonly version: number;
  readonly clientId: string;
  readonly clientHost: string;
  /** For records of the response. */
  readonly readBuffer: ReadBuffer;
  /** Aborted when the connection is gone: nobody waits for the answer any more. */
  readonly closed: AbortSignal;
}

/** Writes the response; undefined where the protocol has none. */
export type Answer = ((writer: Writer) => void) | undefined;

export interface Api {
  readonly key: number;
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** The lowest version that is announced, where it is not `min`. */
  readonly announcedMin: number;
  /** The first version with compact lengths and tagged fields. */
  readonly flexibleSince: number;
  answer(reader: Reader, call: Call): Answer | Promise<Answer>;
}

export interface ApiDefinition<Request, Response> {
  readonly key: number;
  readonly name: string;
  readonly versions: readonly [min: number, max: number];
  readonly announcedMin?: number;
  readonly flexibleSince: number;
  readonly request: Codec<Request, never>;
  readonly response: Codec<unknown, Response>;
  handle(request: Request, call: Call): Response | undefined | Promise<Response | undefined>;
}

export function defineApi<Request, Response>(definition: ApiDefinition<Request, Response>): Api {
  const { key, name, versions, announcedMin, flexibleSince, request, response } = definition;
  const encode = (value: Response | undefined): Answer =>
    value === undefined ? undefined : (writer) => response.write(writer, value);
  return {
    key,
    name,
    min: versions[0],
    max: versions[1],
    announcedMin: announcedMin ?? versions[0],
    flexibleSince,
    answer(reader, call) {
      const value = definition.handle(request.read(reader), call);
      return value instanceof Promise ? value.then(encode) : encode(value);
    },
  };
}

/** Throws what Kafka says of a topic that is not there. */
export function findTopic(topics: Topics, name: string): Topic {
  const topic = topics.get(name);
  if (topic !== undefined) return topic;
  throw new ProtocolError(ErrorCode.unknownTopicOrPartition, `The topic '${name}' does not exist.`);
}

/** As newer versions name it. */
export function findTopicById(topics: Topics, id: string): Topic {
  const topic = topics.getById(id);
  if (topic !== undefined) return topic;
  throw new ProtocolError(ErrorCode.unknownTopicId, 'This server does not host this topic ID.');
}

export function findPartition({ name, partitions }: Topic, index: number): PartitionLog {
  const partition = partitions[index];
  if (partition !== undefined) return partition;
  throw new ProtocolError(ErrorCode.unknownTopicOrPartition, `The topic '${name}' has no partition ${index}.`);
}
