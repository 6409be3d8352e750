/** The records of one topic: grid at the left, the selected record at the right. */
import { Inbox, Radio, RefreshCw } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { TopicRecord, TopicSummary } from '#core/contract/record.ts';
import { formatBytes, formatCount, plural } from '../../lib/format.ts';
import { navigate, toHref } from '../../lib/location.ts';
import type { Place } from '../../lib/place.ts';
import { usePageKeys } from '../../lib/tab.ts';
import { Button } from '../../ui/button.tsx';
import { Chip } from '../../ui/chip.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { Split } from '../../ui/split.tsx';
import { EmptyState, FailurePanel } from '../../ui/states.tsx';
import { Tooltip } from '../../ui/tooltip.tsx';
import { KafkaWait } from './kafka-wait.tsx';
import { PlaceField } from './place-field.tsx';
import { PlaceNote } from './place-note.tsx';
import { isOddRecord, plainValues, type RecordShape, recordColumns, shapeOf } from './record-columns.tsx';
import { RecordInspector } from './record-inspector.tsx';
import { mostRecords, type RecordStart, type Records, recordKey, useRecords } from './use-records.ts';
import { useTopic } from './use-topics.ts';

interface TopicPageProps {
  readonly topic: string;
  /** Undefined for the newest records. */
  readonly place: Place | undefined;
}

export function TopicPage({ topic, place }: TopicPageProps) {
  const summary = useTopic(topic);
  const [wantsToFollow, setWantsToFollow] = useState(false);
  const [isAtTop, setIsAtTop] = useState(true);
  const [selected, setSelected] = useState<TopicRecord>();
  // Scrolled down, the user reads: following waits until the top is in sight again.
  const reading = useRecords(topic, wantsToFollow && isAtTop && place === undefined, startAt(place, summary));
  const toggle = useCallback(() => {
    if (place !== undefined) navigate('topics', topic);
    setWantsToFollow((wants) => !wants);
  }, [place, topic]);
  const { readNewest: readAgain } = reading;
  const readNewest = useCallback(
    () => (place === undefined ? readAgain() : navigate('topics', topic)),
    [place, topic, readAgain],
  );
  useKeys(readNewest, toggle);
  useSelectPlace(place, reading.records, setSelected);
  return (
    <PageFrame
      title={topic}
      parent={{ title: 'Topics', href: toHref('topics') }}
      chips={summary !== undefined && <TopicChips summary={summary} />}
      actions={
        <>
          <PlaceField topic={topic} place={place} />
          <Tooltip text={isAtTop ? 'Read the newest each second' : 'Goes on when the top is in sight'} keys={['l']}>
            <Button
              icon={Radio}
              aria-pressed={wantsToFollow}
              onClick={toggle}
              className="aria-pressed:border-accent-line aria-pressed:bg-accent-tint aria-pressed:text-accent"
            >
              {wantsToFollow && !isAtTop ? 'Follow (waiting)' : 'Follow'}
            </Button>
          </Tooltip>
          <Tooltip text="Read the newest records" keys={['r']}>
            <Button icon={RefreshCw} onClick={readNewest}>
              Newest
            </Button>
          </Tooltip>
        </>
      }
    >
      <Split
        name="record"
        label="Record"
        defaultWidth={360}
        aside={selected && <RecordInspector record={selected} onClose={() => setSelected(undefined)} />}
      >
        <div className="flex h-full flex-col">
          {reading.error !== null && (
            <div className="px-4 py-3">
              <FailurePanel error={reading.error} title="Reading the records failed" onRetry={reading.readNewest} />
            </div>
          )}
          {place !== undefined && reading.records !== undefined && (
            <PlaceNote topic={topic} place={place} newest={reading.records[0]} />
          )}
          <div className="min-h-0 flex-1">
            <RecordGrid
              topic={topic}
              reading={reading}
              total={summary?.records}
              selected={selected}
              onSelect={setSelected}
              onScrolledToTop={setIsAtTop}
            />
          </div>
        </div>
      </Split>
    </PageFrame>
  );
}

interface RecordGridProps {
  readonly topic: string;
  readonly reading: Records;
  readonly total: bigint | undefined;
  readonly selected: TopicRecord | undefined;
  readonly onSelect: (record: TopicRecord | undefined) => void;
  readonly onScrolledToTop: (isAtTop: boolean) => void;
}

function RecordGrid({ topic, reading, selected, onSelect, onScrolledToTop, total }: RecordGridProps) {
  const { records, error } = reading;
  const shape = useShape(records);
  const columns = useMemo(() => recordColumns(shape), [shape]);
  if (records === undefined) return error === null && <KafkaWait label="Reading the newest records" rows={20} />;
  if (records.length === 0) {
    return (
      <EmptyState icon={Inbox} title={`No records in ${topic}`}>
        {total === 0n || total === undefined
          ? 'What a program writes to this topic appears here. Follow shows it as it comes.'
          : 'The topic held records once: they are past its retention, or were compacted away.'}
      </EmptyState>
    );
  }
  return (
    <DataTable
      label={`Records of ${topic}, newest first`}
      name={`records.${topic}`}
      columns={columns}
      wide={shape.fields.length === 0 ? undefined : plainValues}
      rows={records}
      rowCount={reading.isOldest ? records.length : -1}
      keyOf={recordKey}
      isOdd={(record) => isOddRecord(record, shape.usualFormat)}
      selected={selected === undefined ? undefined : recordKey(selected)}
      onSelect={onSelect}
      onNearEnd={reading.readOlder}
      onScrolledToTop={onScrolledToTop}
      footer={<GridFooter reading={reading} hiddenFields={shape.hiddenFields} />}
    />
  );
}

function GridFooter({ reading, hiddenFields }: { readonly reading: Records; readonly hiddenFields: number }) {
  const { records = [], isOldest, isReadingOlder } = reading;
  return (
    <div className="sticky left-0 flex h-row w-fit items-center gap-4 px-4 text-faint">
      <span className="figures">
        {reading.isCut
          ? `the newest ${formatCount(mostRecords)} are kept while following: Newest reads older ones again`
          : isOldest
            ? `${plural(records.length, 'record')}: the oldest is above`
            : `${formatCount(records.length)} read${isReadingOlder ? ', reading older ones' : ''}`}
      </span>
      {hiddenFields > 0 && <span>{plural(hiddenFields, 'more field')} in the inspector</span>}
    </div>
  );
}

function TopicChips({ summary }: { readonly summary: TopicSummary }) {
  const { partitions, records, bytes } = summary;
  return (
    <>
      <Chip>{plural(partitions, 'partition')}</Chip>
      <Chip>
        <span className="figures">{plural(records, 'record')}</span>
      </Chip>
      {bytes !== null && (
        <Chip>
          <span className="figures">{formatBytes(bytes)}</span>
        </Chip>
      )}
    </>
  );
}

/** The reading waits (undefined) until the partitions are known: all but the one asked for are left out. */
function startAt(place: Place | undefined, summary: TopicSummary | undefined): RecordStart | undefined {
  if (place === undefined) return { before: undefined };
  if (summary === undefined) return undefined;
  const count = Math.max(summary.partitions, place.partition + 1);
  const ends = Array.from({ length: count }, (_, partition) =>
    partition === place.partition ? `${partition}:${place.offset + 1n}` : `${partition}:0`,
  );
  return { before: ends.join(',') };
}

/** Once, when the record asked for has come. */
function useSelectPlace(
  place: Place | undefined,
  records: readonly TopicRecord[] | undefined,
  select: (record: TopicRecord) => void,
): void {
  const isDone = useRef(false);
  useEffect(() => {
    const first = records?.[0];
    if (place === undefined || first === undefined || isDone.current) return;
    isDone.current = true;
    if (first.partition === place.partition && first.offset === place.offset) select(first);
  }, [place, records, select]);
}

/** Grows with the records seen: see record-columns. */
function useShape(records: readonly TopicRecord[] | undefined): RecordShape {
  const last = useRef<RecordShape>(undefined);
  return useMemo(() => {
    const next = shapeOf(records ?? [], last.current);
    if (last.current === undefined || hasChanged(last.current, next))
      last.current = records === undefined ? undefined : next;
    return last.current ?? next;
  }, [records]);
}

function hasChanged(a: RecordShape, b: RecordShape): boolean {
  return (
    a.fields.length !== b.fields.length ||
    a.hiddenFields !== b.hiddenFields ||
    a.keyWidth !== b.keyWidth ||
    a.usualFormat !== b.usualFormat
  );
}

function useKeys(readNewest: () => void, toggleFollow: () => void): void {
  usePageKeys((key) => {
    if (key === 'r') readNewest();
    else if (key === 'l') toggleFollow();
    return key === 'r' || key === 'l';
  });
}
