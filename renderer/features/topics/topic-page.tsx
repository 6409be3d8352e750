/** One topic: its records, its partitions, the groups that read it, its settings. */
import type { PartitionRow } from '#core/contract/topic.ts';
import { formatBytes, plural } from '../../lib/format.ts';
import { navigate, toHref } from '../../lib/location.ts';
import { Chip } from '../../ui/chip.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { ConfigTab } from './config-tab.tsx';
import { GroupsTab } from './groups-tab.tsx';
import { PartitionsTab } from './partitions-tab.tsx';
import { parseStart, startText } from './record-start.ts';
import { RecordsTab } from './records-tab.tsx';
import { usePartitions } from './use-partitions.ts';

const sections = ['partitions', 'groups', 'config'] as const;

interface TopicPageProps {
  readonly topic: string;
  /** A tab, or where the reading of the records begins. */
  readonly segment: string | undefined;
}

export function TopicPage({ topic, segment }: TopicPageProps) {
  const partitions = usePartitions(topic);
  const section = sections.find((name) => name === segment);
  const start = parseStart(section === undefined ? segment : undefined);
  return (
    <PageFrame
      title={topic}
      parent={{ title: 'Topics', href: toHref('topics') }}
      chips={partitions.data !== undefined && <TopicChips partitions={partitions.data} />}
    >
      <div className="flex h-full flex-col">
        <Tabs
          value={section ?? 'records'}
          onChange={(id) => (id === 'records' ? navigate('topics', topic) : navigate('topics', topic, id))}
          tabs={[
            {
              id: 'records',
              title: 'Records',
              content: <RecordsTab key={startText(start)} topic={topic} start={start} partitions={partitions.data} />,
            },
            { id: 'partitions', title: 'Partitions', content: <PartitionsTab topic={topic} reading={partitions} /> },
            { id: 'groups', title: 'Groups', content: <GroupsTab topic={topic} /> },
            { id: 'config', title: 'Config', content: <ConfigTab topic={topic} /> },
          ]}
        />
      </div>
    </PageFrame>
  );
}

function TopicChips({ partitions }: { readonly partitions: readonly PartitionRow[] }) {
  const records = partitions.reduce((sum, one) => sum + one.records, 0n);
  const isKnown = partitions.every(({ bytes }) => bytes !== null);
  const withoutLeader = partitions.filter(({ leader }) => leader < 0).length;
  return (
    <>
      <Chip>{plural(partitions.length, 'partition')}</Chip>
      <Chip>
        <span className="figures">{plural(records, 'record')}</span>
      </Chip>
      {isKnown && (
        <Chip>
          <span className="figures">{formatBytes(partitions.reduce((sum, { bytes }) => sum + (bytes ?? 0n), 0n))}</span>
        </Chip>
      )}
      {withoutLeader > 0 && <Chip tone="bad">{withoutLeader} without a leader</Chip>}
    </>
  );
}
