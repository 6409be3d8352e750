/** FindCoordinator: for every group and transaction it is this broker. */
import { defineApi, nodeId } from '../api.ts';
import { ErrorCode } from '../wire/error-codes.ts';
import { array, between, int8, int16, int32, nullableString, since, string, struct, until } from '../wire/schema.ts';

const request = struct({
  key: until(3, string),
  keyType: since(1, int8, 0),
  coordinatorKeys: since(4, array(string)),
});

const response = struct({
  throttleTimeMs: since(1, int32),
  errorCode: until(3, int16),
  errorMessage: between(1, 3, nullableString),
  nodeId: until(3, int32),
  host: until(3, string),
  port: until(3, int32),
  coordinators: since(
    4,
    array(
      struct({
        key: string,
        nodeId: int32,
        host: string,
        port: int32,
        errorCode: int16,
        errorMessage: nullableString,
      }),
    ),
  ),
});

const keyTypes = { group: 0, transaction: 1 } as const;

export const findCoordinator = defineApi({
  key: 10,
  name: 'FindCoordinator',
  versions: [0, 5],
  flexibleSince: 3,
  request,
  response,
  handle({ coordinatorKeys, keyType }, { node }) {
    const isKnown = keyType === keyTypes.group || keyType === keyTypes.transaction;
    const answer = isKnown
      ? { errorCode: ErrorCode.none, errorMessage: null, nodeId, host: node.host, port: node.port }
      : { errorCode: ErrorCode.invalidRequest, errorMessage: 'unknown key type', nodeId: -1, host: '', port: -1 };
    return { ...answer, coordinators: coordinatorKeys.map((key) => ({ key, ...answer })) };
  },
});
