/** The numbers of Kafka's protocol errors that this broker answers with. */
export const ErrorCode = {
  none: 0,
  offsetOutOfRange: 1,
  corruptMessage: 2,
  unknownTopicOrPartition: 3,
  messageTooLarge: 10,
  offsetMetadataTooLarge: 12,
  coordinatorNotAvailable: 15,
  invalidTopic: 17,
  recordListTooLarge: 18,
  invalidRequiredAcks: 21,
  illegalGeneration: 22,
  inconsistentGroupProtocol: 23,
  invalidGroupId: 24,
  unknownMemberId: 25,
  invalidSessionTimeout: 26,
  rebalanceInProgress: 27,
  invalidTimestamp: 32,
  unsupportedVersion: 35,
  topicAlreadyExists: 36,
  invalidPartitions: 37,
  invalidReplicationFactor: 38,
  invalidReplicaAssignment: 39,
  invalidConfig: 40,
  invalidRequest: 42,
  policyViolation: 44,
  outOfOrderSequenceNumber: 45,
  invalidProducerEpoch: 47,
  invalidTxnState: 48,
  invalidProducerIdMapping: 49,
  invalidTransactionTimeout: 50,
  securityDisabled: 54,
  operationNotAttempted: 55,
  kafkaStorageError: 56,
  nonEmptyGroup: 68,
  groupIdNotFound: 69,
  fetchSessionIdNotFound: 70,
  unknownLeaderEpoch: 75,
  unsupportedCompressionType: 76,
  memberIdRequired: 79,
  fencedInstanceId: 82,
  groupSubscribedToTopic: 86,
  invalidRecord: 87,
  unstableOffsetCommit: 88,
  producerFenced: 90,
  unknownTopicId: 100,
  transactionalIdNotFound: 105,
  fencedMemberEpoch: 110,
  unreleasedInstanceId: 111,
  unsupportedAssignor: 112,
  staleMemberEpoch: 113,
  mismatchedEndpointType: 114,
  invalidRegularExpression: 128,
} as const;

export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode];

/** An answer of the protocol rather than a fault of the broker: a handler turns it into the field of its response. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** What was thrown as the fields of an answer; a fault of the broker is thrown on. */
export function refused(error: unknown): { readonly errorCode: ErrorCode; readonly errorMessage: string } {
  if (error instanceof ProtocolError) return { errorCode: error.code, errorMessage: error.message };
  throw error;
}

/** The code that says how `action` went. */
export function outcome(action: () => void): ErrorCode {
  try {
    action();
    return ErrorCode.none;
  } catch (error) {
    return refused(error).errorCode;
  }
}

/** PRODUCER_FENCED came with version `first` of an API; older clients learn of a newer producer by another code. */
export function fencedSince(first: number, version: number, code: ErrorCode): ErrorCode {
  return code === ErrorCode.producerFenced && version < first ? ErrorCode.invalidProducerEpoch : code;
}
