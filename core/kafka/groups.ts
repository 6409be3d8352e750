/**
 * The groups that read a topic, how far each is behind, and which member reads which partition.
 *
 * Each broker is asked for the groups it coordinates, a hundred at a time, so that thousands of groups are a few requests.
 */
import {
  type API,
  consumerGroupDescribeV0,
  describeGroupsV4,
  describeGroupsV5,
  listGroupsV4,
  listGroupsV5,
  offsetFetchV8,
  offsetFetchV9,
} from '@platformatic/kafka';
import type { GroupPartition, TopicGroup } from '#core/contract/topic.ts';
import type { BrokerConnection } from './broker-connection.ts';
import type { Cluster } from './connect.ts';
import { readAssignment } from './group-assignment.ts';
import { listOffsets } from './offsets.ts';

const portion = 100;

type Listed = listGroupsV5.ListGroupsResponseGroup;
type Member = NonNullable<GroupPartition['member']>;

interface Described {
  readonly state: string;
  readonly members: number;
  /** Partition of the topic to who reads it. */
  readonly readers: ReadonlyMap<number, Member>;
}

/** By lag, largest first. A broker that does not tell of its groups fails the whole: a shorter list would mislead. */
export async function groupsOfTopic(cluster: Cluster, topic: string): Promise<TopicGroup[]> {
  const { partitions } = await cluster.refreshTopic(topic);
  const numbers = partitions.map(({ partition }) => partition);
  const ends = await listOffsets(cluster, topic, 'latest', { isolation: 'read_uncommitted' });
  const found = await Promise.all(
    [...cluster.brokers.keys()].map(async (nodeId) => groupsAt(await cluster.connection(nodeId), topic, numbers)),
  );
  return found
    .flat()
    .map(({ group, described, committed }) => toGroup(group, described, committed, ends))
    .sort((a, b) => (a.lag === b.lag ? (a.group < b.group ? -1 : 1) : a.lag > b.lag ? -1 : 1));
}

interface Found {
  readonly group: string;
  readonly described: Described;
  readonly committed: ReadonlyMap<number, bigint>;
}

const listApis = [listGroupsV5.api, listGroupsV4.api] as unknown as Array<
  API<[states: [], types: []], listGroupsV5.ListGroupsResponse>
>;

async function groupsAt(connection: BrokerConnection, topic: string, partitions: number[]): Promise<Found[]> {
  const { groups } = await connection.call(listApis, connection.address, [], []);
  const readers = groups.filter(({ protocolType }) => protocolType === 'consumer' || protocolType === '');
  const found: Found[] = [];
  for (let start = 0; start < readers.length; start += portion) {
    const some = readers.slice(start, start + portion);
    const [committed, described] = await Promise.all([
      committedOf(connection, some, topic, partitions),
      describe(connection, some, topic),
    ]);
    for (const { groupId, groupState } of some) {
      const offsets = committed.get(groupId) ?? new Map<number, bigint>();
      const about = described.get(groupId) ?? { state: groupState, members: 0, readers: new Map() };
      if (offsets.size > 0 || about.readers.size > 0)
        found.push({ group: groupId, described: about, committed: offsets });
    }
  }
  return found;
}

const fetchApis = [offsetFetchV9.api, offsetFetchV8.api] as unknown as Array<
  API<offsetFetchV9.OffsetFetchRequest, offsetFetchV9.OffsetFetchResponse>
>;

async function committedOf(
  connection: BrokerConnection,
  groups: readonly Listed[],
  topic: string,
  partitionIndexes: number[],
): Promise<Map<string, Map<number, bigint>>> {
  const topics = [{ name: topic, partitionIndexes }];
  const request = groups.map(({ groupId }) => ({ groupId, memberId: null, memberEpoch: -1, topics }));
  const response = await connection.call(fetchApis, topic, request, false);
  return new Map(
    response.groups.map(({ groupId, topics: answers }) => {
      const known = answers.flatMap((one) => one.partitions).filter((one) => one.committedOffset >= 0n);
      return [groupId, new Map(known.map((one) => [one.partitionIndex, one.committedOffset]))];
    }),
  );
}

/** Groups of the newer protocol are unknown to the older request, which says that they are dead. */
async function describe(
  connection: BrokerConnection,
  groups: readonly Listed[],
  topic: string,
): Promise<Map<string, Described>> {
  const isNewer = ({ groupType }: Listed): boolean => groupType?.toLowerCase() === 'consumer';
  const newer = groups.filter(isNewer).map(({ groupId }) => groupId);
  const classic = groups.filter((group) => !isNewer(group)).map(({ groupId }) => groupId);
  return new Map([
    ...(await describeClassic(connection, classic, topic)),
    ...(await describeNewer(connection, newer, topic)),
  ]);
}

const describeApis = [describeGroupsV5.api, describeGroupsV4.api] as unknown as Array<
  API<describeGroupsV5.DescribeGroupsRequest, describeGroupsV5.DescribeGroupsResponse>
>;

async function describeClassic(
  connection: BrokerConnection,
  names: string[],
  topic: string,
): Promise<Array<readonly [string, Described]>> {
  if (names.length === 0) return [];
  const { groups } = await connection.call(describeApis, topic, names, false);
  return groups.map(({ groupId, groupState, members }) => {
    const readers = new Map<number, Member>();
    for (const { memberId, clientId, clientHost, memberAssignment } of members) {
      const member = { id: memberId, clientId, host: clientHost.replace(/^\//, '') };
      for (const partition of readAssignment(memberAssignment).get(topic) ?? []) readers.set(partition, member);
    }
    return [groupId, { state: groupState, members: members.length, readers }];
  });
}

async function describeNewer(
  connection: BrokerConnection,
  names: string[],
  topic: string,
): Promise<Array<readonly [string, Described]>> {
  if (names.length === 0) return [];
  const { groups } = await connection.call([consumerGroupDescribeV0.api], topic, names, false);
  return groups.map(({ groupId, groupState, members }) => {
    const readers = new Map<number, Member>();
    for (const { memberId, clientId, clientHost, assignment } of members) {
      const member = { id: memberId, clientId, host: clientHost.replace(/^\//, '') };
      const mine = assignment.topicPartitions.filter(({ topicName }) => topicName === topic);
      for (const partition of mine.flatMap((one) => one.partitions)) readers.set(partition, member);
    }
    return [groupId, { state: groupState, members: members.length, readers }];
  });
}

function toGroup(
  group: string,
  { state, members, readers }: Described,
  committed: ReadonlyMap<number, bigint>,
  ends: ReadonlyMap<number, bigint>,
): TopicGroup {
  const partitions = [...ends].map(([partition, endOffset]) => {
    const next = committed.get(partition);
    // A topic created anew may end before what was committed in the old one.
    const lag = next === undefined ? null : next > endOffset ? 0n : endOffset - next;
    return { partition, committed: next ?? null, endOffset, lag, member: readers.get(partition) ?? null };
  });
  return { group, state, members, lag: partitions.reduce((sum, { lag }) => sum + (lag ?? 0n), 0n), partitions };
}
