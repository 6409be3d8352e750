/** A shape that many messages share: topics by name, each with its partitions; and an answer for each of them. */
import { array, type Codec, int16, int32, string, struct } from '../wire/schema.ts';

export function topicWith<Out, In>(partition: Codec<Out, In>) {
  return struct({ name: string, partitions: array(partition) });
}

export function topicsWith<Out, In>(partition: Codec<Out, In>) {
  return array(topicWith(partition));
}

export const partitionOutcomes = topicsWith(struct({ partitionIndex: int32, errorCode: int16 }));

interface TopicPartitions<Partition> {
  readonly name: string;
  readonly partitions: readonly Partition[];
}

export function answerEach<Partition, Answer>(
  topics: readonly TopicPartitions<Partition>[],
  answer: (topic: string, partition: Partition) => Answer,
) {
  return topics.map(({ name, partitions }) => ({ name, partitions: partitions.map((one) => answer(name, one)) }));
}
