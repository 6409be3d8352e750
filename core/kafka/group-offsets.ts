/** The offsets that groups have committed in one topic, asked of the broker that coordinates them. */
import { offsetFetchV8, offsetFetchV9 } from '@platformatic/kafka';
import { type BrokerConnection, newestFirst } from './broker-connection.ts';

const apis = newestFirst(offsetFetchV9.api, offsetFetchV8.api);

/** Group to partition to next offset; partitions without a commit are missing. */
export async function committedOffsets(
  coordinator: BrokerConnection,
  groups: readonly string[],
  { topic, partitions }: { readonly topic: string; readonly partitions: readonly number[] },
): Promise<Map<string, Map<number, bigint>>> {
  const topics = [{ name: topic, partitionIndexes: [...partitions] }];
  const request = groups.map((groupId) => ({ groupId, memberId: null, memberEpoch: -1, topics }));
  const object = groups.length === 1 ? (groups[0] ?? topic) : topic;
  const response = await coordinator.call(apis, object, request, false);
  return new Map(
    response.groups.map(({ groupId, topics: answers }) => {
      const known = answers.flatMap((one) => one.partitions).filter((one) => one.committedOffset >= 0n);
      return [groupId, new Map(known.map((one) => [one.partitionIndex, one.committedOffset]))];
    }),
  );
}
