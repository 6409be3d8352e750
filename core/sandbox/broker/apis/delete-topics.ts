/** DeleteTopics. */
import { type Call, defineApi, findTopic, findTopicById } from '../api.ts';
import { ErrorCode, refused } from '../wire/error-codes.ts';
import {
  array,
  int16,
  int32,
  nullableString,
  optional,
  since,
  string,
  struct,
  until,
  uuid,
  zeroUuid,
} from '../wire/schema.ts';

const request = struct({
  topics: since(
    6,
    array(
      struct({
        name: optional(nullableString, null),
        topicId: uuid,
      }),
    ),
  ),
  topicNames: until(5, array(string)),
  timeoutMs: int32,
});

const response = struct({
  throttleTimeMs: since(1, int32),
  responses: array(
    struct({
      name: nullableString,
      topicId: since(6, uuid),
      errorCode: int16,
      errorMessage: since(5, nullableString, null),
    }),
  ),
});

export const deleteTopics = defineApi({
  key: 20,
  name: 'DeleteTopics',
  versions: [0, 6],
  flexibleSince: 4,
  request,
  response,
  handle({ topics, topicNames }, call) {
    const wanted = [...topics, ...topicNames.map((name) => ({ name, topicId: zeroUuid }))];
    return { responses: wanted.map(({ name, topicId }) => remove(call, name, topicId)) };
  },
});

function remove({ node }: Call, name: string | null, topicId: string) {
  try {
    const topic = name === null ? findTopicById(node.topics, topicId) : findTopic(node.topics, name);
    node.topics.delete(topic);
    return { name: topic.name, topicId: topic.id, errorCode: ErrorCode.none };
  } catch (error) {
    return { name, topicId, ...refused(error) };
  }
}
