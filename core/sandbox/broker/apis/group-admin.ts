/** DescribeGroups, ListGroups and DeleteGroups. */
import { defineApi, type Node, unknownOperations } from '../api.ts';
import type { Group } from '../groups/group.ts';
import { ErrorCode, outcome } from '../wire/error-codes.ts';
import {
  array,
  boolean,
  bytes,
  int16,
  int32,
  nullableString,
  optional,
  since,
  string,
  struct,
} from '../wire/schema.ts';

const describeRequest = struct({
  groups: array(string),
  includeAuthorizedOperations: since(3, boolean),
});

const describeResponse = struct({
  throttleTimeMs: since(1, int32),
  groups: array(
    struct({
      errorCode: int16,
      errorMessage: since(6, nullableString, null),
      groupId: string,
      groupState: string,
      protocolType: string,
      protocolData: string,
      members: array(
        struct({
          memberId: string,
          groupInstanceId: since(4, nullableString, null),
          clientId: string,
          clientHost: string,
          memberMetadata: bytes,
          memberAssignment: bytes,
        }),
      ),
      authorizedOperations: since(3, int32, unknownOperations),
    }),
  ),
});

const listRequest = struct({
  statesFilter: since(4, array(string)),
  typesFilter: since(5, array(string)),
});

const listResponse = struct({
  throttleTimeMs: since(1, int32),
  errorCode: int16,
  groups: array(
    struct({
      groupId: string,
      protocolType: string,
      groupState: since(4, string),
      groupType: since(5, string),
    }),
  ),
});

const deleteRequest = struct({
  groupsNames: array(string),
});

const deleteResponse = struct({
  throttleTimeMs: optional(int32),
  results: array(
    struct({
      groupId: string,
      errorCode: int16,
    }),
  ),
});

export const describeGroups = defineApi({
  key: 15,
  name: 'DescribeGroups',
  versions: [0, 6],
  flexibleSince: 5,
  request: describeRequest,
  response: describeResponse,
  handle({ groups }, { node, version }) {
    return { groups: groups.map((groupId) => describe(node, groupId, version)) };
  },
});

function describe(node: Node, groupId: string, version: number) {
  const group = node.groups.get(groupId);
  if (group !== undefined) return describeClassic(group);
  const nothing = { groupId, protocolType: '', protocolData: '', members: [] };
  const isOfNewProtocol = node.groups.consumers.get(groupId) !== undefined;
  if (!isOfNewProtocol && node.groups.offsets.ofGroup(groupId).size > 0) {
    return { ...nothing, errorCode: ErrorCode.none, groupState: 'Empty' };
  }
  // Before version 6 the state alone says that there is no such classic group.
  if (version < 6) return { ...nothing, errorCode: ErrorCode.none, groupState: 'Dead' };
  const errorMessage = isOfNewProtocol ? `Group ${groupId} is not a classic group.` : `Group ${groupId} not found.`;
  return { ...nothing, errorCode: ErrorCode.groupIdNotFound, groupState: 'Dead', errorMessage };
}

/** Only a stable group has metadata and assignments that fit together. */
function describeClassic(group: Group) {
  const isStable = group.state === 'Stable';
  const nothing = Buffer.alloc(0);
  return {
    errorCode: ErrorCode.none,
    groupId: group.id,
    groupState: group.state,
    protocolType: group.protocolType ?? '',
    protocolData: isStable ? (group.protocolName ?? '') : '',
    members: [...group.members.values()].map((member) => ({
      memberId: member.id,
      groupInstanceId: member.identity.groupInstanceId,
      clientId: member.identity.clientId,
      clientHost: member.identity.clientHost,
      memberMetadata: isStable ? member.metadataFor(group.protocolName) : nothing,
      memberAssignment: isStable ? member.assignment : nothing,
    })),
  };
}

export const listGroups = defineApi({
  key: 16,
  name: 'ListGroups',
  versions: [0, 5],
  flexibleSince: 3,
  request: listRequest,
  response: listResponse,
  handle({ statesFilter, typesFilter }, { node }) {
    const isWanted = (filter: readonly string[], value: string) =>
      filter.length === 0 || filter.some((wanted) => wanted.toLowerCase() === value.toLowerCase());
    const groups = [...node.groups.ids()].map((groupId) => {
      const consumers = node.groups.consumers.get(groupId);
      if (consumers !== undefined) {
        return { groupId, protocolType: 'consumer', groupState: consumers.state, groupType: 'consumer' };
      }
      const group = node.groups.get(groupId);
      return {
        groupId,
        protocolType: group?.protocolType ?? '',
        groupState: group?.state ?? 'Empty',
        groupType: 'classic',
      };
    });
    return {
      errorCode: ErrorCode.none,
      groups: groups.filter(
        (group) => isWanted(statesFilter, group.groupState) && isWanted(typesFilter, group.groupType),
      ),
    };
  },
});

export const deleteGroups = defineApi({
  key: 42,
  name: 'DeleteGroups',
  versions: [0, 2],
  flexibleSince: 2,
  request: deleteRequest,
  response: deleteResponse,
  handle({ groupsNames }, { node }) {
    const remove = (groupId: string) => outcome(() => node.groups.delete(groupId));
    return { results: groupsNames.map((groupId) => ({ groupId, errorCode: remove(groupId) })) };
  },
});
