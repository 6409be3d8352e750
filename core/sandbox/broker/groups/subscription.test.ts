import { expect, it } from 'vitest';
import { array, int16, string, struct } from '../wire/schema.ts';
import { Writer } from '../wire/writer.ts';
import { Group } from './group.ts';
import { subscribedTopics } from './subscription.ts';

function metadataOf(...topics: readonly string[]): Buffer {
  const writer = new Writer(0, false);
  struct({ version: int16, topics: array(string) }).write(writer, { version: 1, topics });
  return Buffer.concat(writer.chunks());
}

function groupOf(...members: readonly Buffer[][]): Group {
  const group = new Group('g', () => {});
  for (const [index, metadata] of members.entries()) {
    const protocols = metadata.map((each, i) => ({ name: `p${i}`, metadata: each }));
    const identity = { clientId: 'c', clientHost: '/127.0.0.1', groupInstanceId: null };
    void group.join(`m${index}`, identity, 'consumer', { sessionTimeoutMs: 1, rebalanceTimeoutMs: 1, protocols });
  }
  return group;
}

it('names the topics of all members, by the protocol that the group has chosen', () => {
  const group = groupOf([metadataOf('a', 'b'), metadataOf('c')], [metadataOf('b'), metadataOf('d')]);
  expect(group.protocolName).toBe('p0');
  expect(subscribedTopics(group)).toEqual(new Set(['a', 'b']));
  group.protocolName = 'p1';
  expect(subscribedTopics(group)).toEqual(new Set(['c', 'd']));
  group.protocolName = null;
  expect(subscribedTopics(group), 'before the first round: what each would like best').toEqual(new Set(['a', 'b']));
  group.close();
});

it('takes metadata of another make for no topic', () => {
  const group = groupOf([Buffer.from([0])], [metadataOf('a')], []);
  expect(subscribedTopics(group)).toEqual(new Set(['a']));
  group.close();
});
