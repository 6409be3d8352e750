/** DescribeAcls, CreateAcls and DeleteAcls: answered as by a Kafka without an authorizer. */
import { defineApi } from '../api.ts';
import { ErrorCode } from '../wire/error-codes.ts';
import { array, int8, int16, int32, nullableString, optional, since, string, struct } from '../wire/schema.ts';

const describeRequest = struct({
  resourceTypeFilter: int8,
  resourceNameFilter: nullableString,
  patternTypeFilter: optional(int8, 3),
  principalFilter: nullableString,
  hostFilter: nullableString,
  operation: int8,
  permissionType: int8,
});

const describeResponse = struct({
  throttleTimeMs: optional(int32),
  errorCode: int16,
  errorMessage: nullableString,
  resources: array(
    struct({
      resourceType: int8,
      resourceName: string,
      patternType: since(1, int8, 3),
      acls: array(
        struct({
          principal: string,
          host: string,
          operation: int8,
          permissionType: int8,
        }),
      ),
    }),
  ),
});

const createRequest = struct({
  creations: array(
    struct({
      resourceType: int8,
      resourceName: string,
      resourcePatternType: since(1, int8, 3),
      principal: string,
      host: string,
      operation: int8,
      permissionType: int8,
    }),
  ),
});

const createResponse = struct({
  throttleTimeMs: optional(int32),
  results: array(
    struct({
      errorCode: int16,
      errorMessage: nullableString,
    }),
  ),
});

const deleteRequest = struct({
  filters: array(
    struct({
      resourceTypeFilter: int8,
      resourceNameFilter: nullableString,
      patternTypeFilter: since(1, int8, 3),
      principalFilter: nullableString,
      hostFilter: nullableString,
      operation: int8,
      permissionType: int8,
    }),
  ),
});

const deleteResponse = struct({
  throttleTimeMs: optional(int32),
  filterResults: array(
    struct({
      errorCode: int16,
      errorMessage: nullableString,
      matchingAcls: array(
        struct({
          errorCode: int16,
          errorMessage: nullableString,
          resourceType: int8,
          resourceName: string,
          patternType: since(1, int8, 3),
          principal: string,
          host: string,
          operation: int8,
          permissionType: int8,
        }),
      ),
    }),
  ),
});

const disabled = {
  errorCode: ErrorCode.securityDisabled,
  errorMessage: 'No Authorizer is configured on the broker',
};

export const describeAcls = defineApi({
  key: 29,
  name: 'DescribeAcls',
  versions: [1, 3],
  flexibleSince: 2,
  request: describeRequest,
  response: describeResponse,
  handle: () => ({ ...disabled, resources: [] }),
});

export const createAcls = defineApi({
  key: 30,
  name: 'CreateAcls',
  versions: [1, 3],
  flexibleSince: 2,
  request: createRequest,
  response: createResponse,
  handle: ({ creations }) => ({ results: creations.map(() => disabled) }),
});

export const deleteAcls = defineApi({
  key: 31,
  name: 'DeleteAcls',
  versions: [1, 3],
  flexibleSince: 2,
  request: deleteRequest,
  response: deleteResponse,
  handle: ({ filters }) => ({ filterResults: filters.map(() => ({ ...disabled, matchingAcls: [] })) }),
});
