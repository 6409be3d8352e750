/** `#/topics` lists the topics, `#/topics/flights` shows the records of one. */
import { TopicList } from './topic-list.tsx';
import { TopicPage } from './topic-page.tsx';

export function TopicsPage({ path: [topic] }: { readonly path: readonly string[] }) {
  return topic === undefined ? <TopicList /> : <TopicPage topic={topic} />;
}
