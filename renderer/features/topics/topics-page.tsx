/** `#/topics` lists the topics, `#/topics/flights` shows the records of one, `#/topics/flights/2@48213` from a place back. */
import { parsePlace } from '../../lib/place.ts';
import { TopicList } from './topic-list.tsx';
import { TopicPage } from './topic-page.tsx';

export function TopicsPage({ path: [topic, place] }: { readonly path: readonly string[] }) {
  if (topic === undefined) return <TopicList />;
  return <TopicPage topic={topic} place={parsePlace(place ?? '')} />;
}
