/** A shape that many messages share: topics by name, each with its partitions. */
import { array, type Codec, int16, int32, string, struct } from '../wire/schema.ts';

export function topicsWith<Out, In>(partition: Codec<Out, In>) {
  return array(struct({ name: string, partitions: array(partition) }));
}

export const partitionOutcomes = topicsWith(struct({ partitionIndex: int32, errorCode: int16 }));
