/** What the members of a classic consumer group said they subscribe to: the one place that looks into their metadata. */
import { Reader, WireError } from '../wire/reader.ts';
import { array, int16, string } from '../wire/schema.ts';
import type { Group } from './group.ts';

export function subscribedTopics(group: Group): Set<string> {
  const topics = new Set<string>();
  for (const member of group.members.values()) {
    const protocolName = group.protocolName ?? member.protocols[0]?.name ?? null;
    for (const topic of topicsOf(member.metadataFor(protocolName))) topics.add(topic);
  }
  return topics;
}

/** Metadata of another make than the consumer protocol names no topic. */
function topicsOf(metadata: Buffer): readonly string[] {
  try {
    const reader = new Reader(metadata, 0, false);
    int16.read(reader);
    return array(string).read(reader);
  } catch (error) {
    if (error instanceof WireError) return [];
    throw error;
  }
}
