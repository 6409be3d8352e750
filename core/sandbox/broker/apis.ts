/** The protocol table: every API that this broker speaks. One that is not here closes the connection, as in Kafka. */
import type { Api } from './api.ts';
import { apiVersions } from './apis/api-versions.ts';
import { createTopics } from './apis/create-topics.ts';
import { deleteTopics } from './apis/delete-topics.ts';
import { describeCluster } from './apis/describe-cluster.ts';
import { fetch } from './apis/fetch.ts';
import { findCoordinator } from './apis/find-coordinator.ts';
import { heartbeat, joinGroup, leaveGroup, syncGroup } from './apis/group-membership.ts';
import { initProducerId } from './apis/init-producer-id.ts';
import { listOffsets } from './apis/list-offsets.ts';
import { metadata } from './apis/metadata.ts';
import { offsetCommit } from './apis/offset-commit.ts';
import { offsetFetch } from './apis/offset-fetch.ts';
import { produce } from './apis/produce.ts';

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
];
