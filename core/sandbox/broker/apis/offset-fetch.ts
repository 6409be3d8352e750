/** OffsetFetch: where a group will go on, for some partitions or for all that it ever committed. */
import { type Call, defineApi } from '../api.ts';
import { ErrorCode, outcome } from '../wire/error-codes.ts';
import {
  array,
  between,
  boolean,
  int16,
  int32,
  int64,
  nullableArray,
  nullableString,
  optional,
  since,
  string,
  struct,
  until,
} from '../wire/schema.ts';
import { answerEach, topicsWith, topicWith } from './topic-partitions.ts';

const request = struct({
  groupId: until(7, string),
  topics: until(7, nullableArray(topicWith(int32))),
  groups: since(
    8,
    array(
      struct({
        groupId: string,
        memberId: since(9, nullableString, null),
        memberEpoch: since(9, int32, -1),
        topics: nullableArray(topicWith(int32)),
      }),
    ),
  ),
  requireStable: since(7, boolean, false),
});

const committedTopics = topicsWith(
  struct({
    partitionIndex: int32,
    committedOffset: int64,
    committedLeaderEpoch: since(5, int32, -1),
    metadata: nullableString,
    errorCode: int16,
  }),
);

const response = struct({
  throttleTimeMs: since(3, int32),
  topics: until(7, committedTopics),
  errorCode: between(2, 7, int16, 0),
  groups: since(
    8,
    array(
      struct({
        groupId: string,
        topics: committedTopics,
        errorCode: optional(int16, 0),
      }),
    ),
  ),
});

type Wanted = readonly { readonly name: string; readonly partitions: readonly number[] }[];

export const offsetFetch = defineApi({
  key: 9,
  name: 'OffsetFetch',
  versions: [1, 9],
  flexibleSince: 6,
  request,
  response,
  handle({ groupId, topics, groups, requireStable }, call) {
    if (call.version < 8) return { topics: offsetsOf(call, { group: groupId, wanted: topics, requireStable }) };
    return {
      groups: groups.map((group) => {
        const errorCode = checkMember(call, group);
        if (errorCode !== ErrorCode.none) return { groupId: group.groupId, topics: [], errorCode };
        const topics = offsetsOf(call, { group: group.groupId, wanted: group.topics, requireStable });
        return { groupId: group.groupId, topics };
      }),
    };
  },
});

interface Asker {
  readonly groupId: string;
  readonly memberId: string | null;
  readonly memberEpoch: number;
}

/** A member of the new protocol must be up to date; who is no member may always ask. */
function checkMember({ node }: Call, { groupId, memberId, memberEpoch }: Asker): ErrorCode {
  const group = node.groups.consumers.get(groupId);
  if (group === undefined || (memberId === null && memberEpoch < 0)) return ErrorCode.none;
  return outcome(() => node.groups.consumers.check(group, memberId ?? '', memberEpoch));
}

interface Question {
  readonly group: string;
  /** null asks for all. */
  readonly wanted: Wanted | null;
  readonly requireStable: boolean;
}

function offsetsOf({ node }: Call, { group, wanted, requireStable }: Question) {
  const { offsets } = node.groups;
  const all = () =>
    [...offsets.ofGroup(group)].map(([name, partitions]) => ({ name, partitions: [...partitions.keys()] }));
  return answerEach(wanted ?? all(), (topic, partition) => {
    if (requireStable && node.transactions.hasPendingOffset(group, { topic, partition })) {
      const nothing = { committedOffset: -1n, metadata: '' };
      return { partitionIndex: partition, ...nothing, errorCode: ErrorCode.unstableOffsetCommit };
    }
    const committed = offsets.get(group, topic, partition);
    return {
      partitionIndex: partition,
      committedOffset: committed?.offset ?? -1n,
      committedLeaderEpoch: committed?.leaderEpoch ?? -1,
      metadata: committed?.metadata ?? '',
      errorCode: ErrorCode.none,
    };
  });
}
