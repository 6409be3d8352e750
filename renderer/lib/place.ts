/** Where a record is, as Kafka's own tools write it: `flights-2@48213`; within a topic `2@48213`. */

export interface Place {
  readonly partition: number;
  readonly offset: bigint;
}

export interface TopicPlace extends Place {
  readonly topic: string;
}

/** Of an address: `2@48213`. */
export function parsePlace(text: string): Place | undefined {
  const [, partition, offset] = /^\s*(\d{1,9})\s*@\s*([\d\s]{1,24})$/.exec(text) ?? [];
  if (partition === undefined || offset === undefined) return undefined;
  return { partition: Number(partition), offset: BigInt(offset.replaceAll(/\s/g, '')) };
}

/** `flights-2@48213`: a topic's name may hold dashes and digits itself. */
export function parseTopicPlace(text: string): TopicPlace | undefined {
  const [, topic, rest] = /^\s*([\w.-]+)-(\d{1,9}\s*@[\d\s]+)$/.exec(text) ?? [];
  const place = rest === undefined ? undefined : parsePlace(rest);
  return topic === undefined || place === undefined ? undefined : { topic, ...place };
}

export const placeText = ({ partition, offset }: Place): string => `${partition}@${offset}`;
