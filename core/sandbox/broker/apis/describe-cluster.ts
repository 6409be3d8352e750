/** DescribeCluster. */
import { defineApi, nodeId, unknownOperations } from '../api.ts';
import { ErrorCode } from '../wire/error-codes.ts';
import { array, boolean, int8, int16, int32, nullableString, optional, since, string, struct } from '../wire/schema.ts';

const request = struct({
  includeClusterAuthorizedOperations: boolean,
  endpointType: since(1, int8, 1),
});

const response = struct({
  throttleTimeMs: optional(int32),
  errorCode: int16,
  errorMessage: optional(nullableString, null),
  endpointType: since(1, int8, 1),
  clusterId: string,
  controllerId: optional(int32, -1),
  brokers: array(
    struct({
      brokerId: int32,
      host: string,
      port: int32,
      rack: optional(nullableString, null),
    }),
  ),
  clusterAuthorizedOperations: optional(int32, unknownOperations),
});

const brokers = 1;

export const describeCluster = defineApi({
  key: 60,
  name: 'DescribeCluster',
  versions: [0, 1],
  flexibleSince: 0,
  request,
  response,
  handle({ endpointType }, { node }) {
    if (endpointType !== brokers) {
      return {
        errorCode: ErrorCode.mismatchedEndpointType,
        errorMessage:
          'The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type CONTROLLER',
        endpointType: brokers,
        clusterId: '',
        brokers: [],
      };
    }
    return {
      errorCode: ErrorCode.none,
      clusterId: node.clusterId,
      controllerId: nodeId,
      brokers: [{ brokerId: nodeId, host: node.host, port: node.port }],
    };
  },
});
