/** The protocol table: every API that this broker speaks. One that is not here closes the connection, as in Kafka. */
import type { Api } from './api.ts';
import { createAcls, deleteAcls, describeAcls } from './apis/acls.ts';
import { addPartitionsToTxn } from './apis/add-partitions-to-txn.ts';
import { apiVersions } from './apis/api-versions.ts';
import { alterConfigs, describeConfigs, incrementalAlterConfigs } from './apis/configs.ts';
import { consumerGroupDescribe, consumerGroupHeartbeat } from './apis/consumer-group.ts';
import { createPartitions } from './apis/create-partitions.ts';
import { createTopics } from './apis/create-topics.ts';
import { deleteRecords } from './apis/delete-records.ts';
import { deleteTopics } from './apis/delete-topics.ts';
import { describeCluster } from './apis/describe-cluster.ts';
import { describeLogDirs } from './apis/describe-log-dirs.ts';
import { describeProducers } from './apis/describe-producers.ts';
import { fetch } from './apis/fetch.ts';
import { findCoordinator } from './apis/find-coordinator.ts';
import { deleteGroups, describeGroups, listGroups } from './apis/group-admin.ts';
import { heartbeat, joinGroup, leaveGroup, syncGroup } from './apis/group-membership.ts';
import { initProducerId } from './apis/init-producer-id.ts';
import { listOffsets } from './apis/list-offsets.ts';
import { listPartitionReassignments } from './apis/list-partition-reassignments.ts';
import { metadata } from './apis/metadata.ts';
import { offsetCommit } from './apis/offset-commit.ts';
import { offsetDelete } from './apis/offset-delete.ts';
import { offsetFetch } from './apis/offset-fetch.ts';
import { offsetForLeaderEpoch } from './apis/offset-for-leader-epoch.ts';
import { produce } from './apis/produce.ts';
import { describeTransactions, listTransactions } from './apis/transaction-admin.ts';
import { addOffsetsToTxn, endTxn, writeTxnMarkers } from './apis/transactions.ts';
import { txnOffsetCommit } from './apis/txn-offset-commit.ts';

export const apis: readonly Api[] = [
  produce,
  fetch,
  listOffsets,
  metadata,
  offsetCommit,
  offsetFetch,
  findCoordinator,
  joinGroup,
  heartbeat,
  leaveGroup,
  syncGroup,
  apiVersions,
  createTopics,
  deleteTopics,
  initProducerId,
  describeCluster,
  describeAcls,
  createAcls,
  deleteAcls,
  describeConfigs,
  alterConfigs,
  incrementalAlterConfigs,
  createPartitions,
  deleteRecords,
  describeLogDirs,
  describeProducers,
  describeGroups,
  listGroups,
  deleteGroups,
  listPartitionReassignments,
  offsetDelete,
  offsetForLeaderEpoch,
  describeTransactions,
  listTransactions,
  addPartitionsToTxn,
  addOffsetsToTxn,
  txnOffsetCommit,
  endTxn,
  writeTxnMarkers,
  consumerGroupHeartbeat,
  consumerGroupDescribe,
];
