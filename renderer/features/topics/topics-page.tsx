/**
 * `#/topics` lists the topics, `#/topics/flights` shows one: its newest records, with a third segment a tab (`groups`) or where to
 * begin (`oldest`, `time@1732453331482`, `2@48213`).
 */
import { TopicList } from './topic-list.tsx';
import { TopicPage } from './topic-page.tsx';

export function TopicsPage({ path: [topic, segment] }: { readonly path: readonly string[] }) {
  return topic === undefined ? <TopicList /> : <TopicPage key={topic} topic={topic} segment={segment} />;
}
