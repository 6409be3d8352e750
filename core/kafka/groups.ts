/**
 * The groups that read a topic, how far each is behind, and which member reads which partition.
 *
 * Each broker is asked for the groups it coordinates, a hundred at a time, so that thousands of groups are a few requests.
 */
import {
  consumerGroupDescribeV0,
  describeGroupsV4,
  describeGroupsV5,
  listGroupsV4,
  listGroupsV5,
} from '@platformatic/kafka';
import type { GroupPartition, TopicGroup } from '#core/contract/topic.ts';
import { type BrokerConnection, newestFirst } from './broker-connection.ts';
import type { Cluster } from './connect.ts';
import { readAssignment } from './group-assignment.ts';
import { committedOffsets } from './group-offsets.ts';
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

const listApis = newestFirst(listGroupsV5.api, listGroupsV4.api);

async function groupsAt(connection: BrokerConnection, topic: string, partitions: number[]): Promise<Found[]> {
  const { groups } = await connection.call(listApis, connection.address, [], []);
  const readers = groups.filter(({ protocolType }) => protocolType === 'consumer' || protocolType === '');
  const found: Found[] = [];
  for (let start = 0; start < readers.length; start += portion) {
    const some = readers.slice(start, start + portion);
    const [committed, described] = await Promise.all([
      committedOffsets(
        connection,
        some.map(({ groupId }) => groupId),
        { topic, partitions },
      ),
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

const describeApis = newestFirst(describeGroupsV5.api, describeGroupsV4.api);

async function describeClassic(
  connection: BrokerConnection,
  names: string[],
  topic: string,
): Promise<Array<readonly [string, Described]>> {
  if (names.length === 0) return [];
  const { groups } = await connection.call(describeApis, topic, names, false);
  return groups.map(({ groupId, groupState, members }) => {
    const readers = members.map((member) => readerOf(member, readAssignment(member.memberAssignment).get(topic) ?? []));
    return [groupId, described(groupState, readers)];
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
    const readers = members.map((member) => {
      const mine = member.assignment.topicPartitions.filter(({ topicName }) => topicName === topic);
      return readerOf(
        member,
        mine.flatMap((one) => one.partitions),
      );
    });
    return [groupId, described(groupState, readers)];
  });
}

interface Reader {
  readonly member: Member;
  readonly partitions: readonly number[];
}

function readerOf(
  { memberId, clientId, clientHost }: { memberId: string; clientId: string; clientHost: string },
  partitions: readonly number[],
): Reader {
  return { member: { id: memberId, clientId, host: clientHost.replace(/^\//, '') }, partitions };
}

function described(state: string, readers: readonly Reader[]): Described {
  const byPartition = readers.flatMap(({ member, partitions }) =>
    partitions.map((partition) => [partition, member] as const),
  );
  return { state, members: readers.length, readers: new Map(byPartition) };
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
