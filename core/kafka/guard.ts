/**
 * What a connection lets through. The one place where that is decided: every request passes `refuseWrite` before it is sent,
 * every topic `refuseTopic` before it is looked up, and again with each Fetch and Produce.
 *
 * What reads is a list, so that a request it does not know counts as a write. Joining a group is one: it takes partitions
 * from the members that are there.
 */
import { WorkbenchError } from '#core/contract/errors.ts';
import type { ConnectionGuard } from '#core/workspace/connection.ts';
import { apiName } from './error.ts';

/** By API key. Metadata is among them: it is never asked to create topics here. */
export const readingApis: ReadonlySet<number> = new Set([
  1, // Fetch
  2, // ListOffsets
  3, // Metadata
  9, // OffsetFetch
  10, // FindCoordinator
  15, // DescribeGroups
  16, // ListGroups
  17, // SaslHandshake
  18, // ApiVersions
  23, // OffsetForLeaderEpoch
  29, // DescribeAcls
  32, // DescribeConfigs
  35, // DescribeLogDirs
  36, // SaslAuthenticate
  41, // DescribeDelegationToken
  46, // ListPartitionReassignments
  48, // DescribeClientQuotas
  50, // DescribeUserScramCredentials
  55, // DescribeQuorum
  60, // DescribeCluster
  61, // DescribeProducers
  65, // DescribeTransactions
  66, // ListTransactions
  69, // ConsumerGroupDescribe
  74, // ListConfigResources
  75, // DescribeTopicPartitions
  77, // ShareGroupDescribe
  89, // StreamsGroupDescribe
  90, // DescribeShareGroupOffsets
]);

/** A connection's guard with the name to tell. */
export interface NamedGuard {
  readonly connection: string;
  readonly guard: ConnectionGuard;
}

/** Throws `READ_ONLY` for a request that writes, unless the connection is unlocked at this moment. */
export function refuseWrite(named: NamedGuard | undefined, apiKey: number): void {
  if (named === undefined || readingApis.has(apiKey)) return;
  const { readOnly, unlockedUntil } = named.guard;
  if (!readOnly || unlockedUntil > Date.now()) return;
  const { connection } = named;
  throw new WorkbenchError('READ_ONLY', `The connection ${connection} is read-only: ${apiName(apiKey)} was not sent.`, {
    object: connection,
    nextStep: 'Unlock it for some minutes in the top bar or on the page Connections; a command takes --unlock.',
  });
}

/** Throws `TOPIC_DENIED`. */
export function refuseTopic(named: NamedGuard | undefined, topic: string): void {
  if (named === undefined || isAllowed(named.guard, topic)) return;
  const { connection } = named;
  throw new WorkbenchError('TOPIC_DENIED', `The policy of ${connection} on this machine denies the topic ${topic}.`, {
    object: topic,
    nextStep: `The page of the connection ${connection} says which topics are denied.`,
  });
}

export function isAllowed({ deniedTopics, allowedTopics }: ConnectionGuard, topic: string): boolean {
  const isNamed = (pattern: string): boolean => expressionOf(pattern).test(topic);
  return !deniedTopics.some(isNamed) && (allowedTopics.length === 0 || allowedTopics.some(isNamed));
}

/** `*` is any characters, `?` is one; of what else a pattern may hold only the dot means something to an expression. */
function expressionOf(pattern: string): RegExp {
  return new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.')}$`);
}
