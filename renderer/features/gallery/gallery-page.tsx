/** Every primitive of the house in its states, side by side in both themes: for who builds pages, and for the tests of each. */
import { PageFrame } from '../../ui/page-frame.tsx';
import { Section } from '../../ui/section.tsx';
import { Charts } from './charts.tsx';
import { Controls } from './controls.tsx';
import { DataViews } from './data-views.tsx';
import { Fields } from './fields.tsx';
import { Overlays } from './overlays.tsx';
import { Words } from './words.tsx';

const parts = [
  { title: 'Buttons and choices', component: Controls },
  { title: 'Fields', component: Fields },
  { title: 'Dialogs, menus and messages', component: Overlays },
  { title: 'States and words', component: Words },
  { title: 'Charts', component: Charts },
  { title: 'Data', component: DataViews },
] as const;

export function GalleryPage() {
  return (
    <PageFrame title="Gallery">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <div tabIndex={0} className="h-full divide-y divide-line overflow-auto focus-visible:-outline-offset-2">
        {parts.map(({ title, component: Part }) => (
          <Section key={title} title={title}>
            <Part />
          </Section>
        ))}
      </div>
    </PageFrame>
  );
}
