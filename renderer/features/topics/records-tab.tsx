/** The records of one topic: grid at the left, the selected record at the right. */
import { Inbox, Radio, RefreshCw } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { TopicRecord } from '#core/contract/record.ts';
import type { PartitionRow } from '#core/contract/topic.ts';
import { formatCount, formatRate, plural } from '../../lib/format.ts';
import { navigate } from '../../lib/location.ts';
import type { Place } from '../../lib/place.ts';
import { usePageKeys } from '../../lib/tab.ts';
import { Button } from '../../ui/button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Split } from '../../ui/split.tsx';
import { EmptyState, FailurePanel } from '../../ui/states.tsx';
import { Tooltip } from '../../ui/tooltip.tsx';
import { KafkaWait } from './kafka-wait.tsx';
import { PlaceNote } from './place-note.tsx';
import { ReadFrom } from './read-from.tsx';
import { isOddRecord, plainValues, recordColumns } from './record-columns.tsx';
import { RecordInspector } from './record-inspector.tsx';
import { isNewestFirst, type RecordStart } from './record-start.ts';
import { useHeld } from './use-held.ts';
import { useInSight } from './use-in-sight.ts';
import { mostRecords, type Records, recordKey, useRecords } from './use-records.ts';
import { useShape } from './use-shape.ts';
import { type Tail, useTail } from './use-tail.ts';
import { useTimeFields } from './use-time-fields.ts';

interface RecordsTabProps {
  readonly topic: string;
  readonly start: RecordStart;
  /** Undefined until they are known. */
  readonly partitions: readonly PartitionRow[] | undefined;
}

export function RecordsTab({ topic, start, partitions }: RecordsTabProps) {
  const place = start.kind === 'place' ? start.place : undefined;
  const [wantsToFollow, setWantsToFollow] = useState(false);
  const [isAtTop, setIsAtTop] = useState(true);
  const [selected, setSelected] = useState<TopicRecord>();
  const element = useRef<HTMLDivElement>(null);
  const isInSight = useInSight(element);
  const reading = useRecords(topic, start, cursorAt(place, partitions));
  // Scrolled down, the user reads: following waits until the top is in sight again.
  const isFollowing = wantsToFollow && isAtTop && isInSight && start.kind === 'newest' && reading.records !== undefined;
  const add = useHeld(element, reading.add);
  const tail = useTail(topic, isFollowing, { onStart: reading.readNewest, onRecords: add });
  const toggle = useCallback(() => {
    if (start.kind !== 'newest') navigate('topics', topic);
    setWantsToFollow((wants) => !wants);
  }, [start, topic]);
  const readNewest = useCallback(
    () => (start.kind === 'newest' ? reading.readNewest() : navigate('topics', topic)),
    [start, topic, reading.readNewest],
  );
  usePageKeys((key) => {
    if (key === 'r') readNewest();
    else if (key === 'l') toggle();
    return key === 'r' || key === 'l';
  });
  useSelectPlace(place, reading.records, setSelected);
  const step = useStep(reading.records, selected, setSelected);
  const error = reading.error ?? (isFollowing ? tail.error : null);
  return (
    <div ref={element} className="h-full">
      <Split
        name="record"
        label="Record"
        defaultWidth={380}
        aside={
          selected && (
            <RecordInspector
              key={recordKey(selected)}
              record={selected}
              onClose={() => setSelected(undefined)}
              onStep={step}
            />
          )
        }
      >
        <div className="flex h-full flex-col">
          <div className="flex min-h-10 shrink-0 flex-wrap items-center gap-x-2 gap-y-1 border-line border-b px-4 py-1">
            <ReadFrom key={start.kind} topic={topic} start={start} />
            <div className="ml-auto flex items-center gap-2">
              <FollowState wants={wantsToFollow} isFollowing={isFollowing} tail={tail} />
              <Tooltip
                text={isAtTop ? 'Show new records as they come' : 'Goes on when the top is in sight'}
                keys={['l']}
              >
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
                  Read newest
                </Button>
              </Tooltip>
            </div>
          </div>
          {error != null && (
            <div className="px-4 py-3">
              <FailurePanel error={error} title="Reading the records failed" onRetry={reading.readNewest} />
            </div>
          )}
          {place !== undefined && reading.records !== undefined && (
            <PlaceNote topic={topic} place={place} newest={reading.records[0]} />
          )}
          <div className="min-h-0 flex-1">
            <RecordGrid
              topic={topic}
              start={start}
              reading={reading}
              partitions={partitions}
              selected={selected}
              onSelect={setSelected}
              onScrolledToTop={setIsAtTop}
            />
          </div>
        </div>
      </Split>
    </div>
  );
}

interface FollowStateProps {
  readonly wants: boolean;
  readonly isFollowing: boolean;
  readonly tail: Tail;
}

/** How fast records come, and how many of them are not here. */
function FollowState({ wants, isFollowing, tail: { perSecond, leftOut } }: FollowStateProps) {
  if (!wants && leftOut === 0) return null;
  return (
    <span className="figures whitespace-nowrap text-muted">
      {wants && (isFollowing ? `${formatRate(perSecond ?? 0)} records/s` : 'waiting')}
      {leftOut > 0 && (
        <span
          className="text-warn"
          title="More came than can be read as they pass: only the newest of each moment are shown"
        >
          {wants && ' · '}
          {formatCount(leftOut)} left out
        </span>
      )}
    </span>
  );
}

const noRecords: readonly TopicRecord[] = [];

interface RecordGridProps {
  readonly topic: string;
  readonly start: RecordStart;
  readonly reading: Records;
  readonly partitions: readonly PartitionRow[] | undefined;
  readonly selected: TopicRecord | undefined;
  readonly onSelect: (record: TopicRecord | undefined) => void;
  readonly onScrolledToTop: (isAtTop: boolean) => void;
}

function RecordGrid({ topic, start, reading, selected, onSelect, onScrolledToTop, partitions }: RecordGridProps) {
  const { records, error } = reading;
  const shape = useShape(records);
  const times = useTimeFields(records ?? noRecords);
  const columns = useMemo(() => recordColumns(shape, times), [shape, times]);
  const total = partitions?.reduce((sum, { records: held }) => sum + held, 0n);
  const order = isNewestFirst(start) ? 'newest first' : 'oldest first';
  if (records === undefined) return error === null && <KafkaWait label="Reading the records" rows={20} />;
  if (records.length === 0) {
    if (start.kind === 'time') {
      return (
        <EmptyState icon={Inbox} title="No record at or after that time">
          Choose an earlier time, or begin with the newest.
        </EmptyState>
      );
    }
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
      label={`Records of ${topic}, ${order}`}
      name={`records of ${topic}`}
      columns={columns}
      wide={shape.fields.length === 0 ? undefined : plainValues}
      rows={records}
      rowCount={reading.isEnd ? records.length : -1}
      keyOf={recordKey}
      isOdd={(record) => isOddRecord(record, shape.usualFormat)}
      selected={selected === undefined ? undefined : recordKey(selected)}
      onSelect={onSelect}
      onNearEnd={reading.readOn}
      onScrolledToTop={onScrolledToTop}
      footer={
        <GridFooter
          reading={reading}
          start={start}
          hiddenFields={shape.hiddenFields}
          came={cameAfter(reading.readTo, partitions)}
        />
      }
    />
  );
}

interface GridFooterProps {
  readonly reading: Records;
  readonly start: RecordStart;
  readonly hiddenFields: number;
  /** Records that came after the end was reached. */
  readonly came: bigint;
}

function GridFooter({ reading, start, hiddenFields, came }: GridFooterProps) {
  const { records = [], isEnd, isCut, isReadingOn, readNewer } = reading;
  const last = isNewestFirst(start) ? 'the oldest is above' : 'the newest is above';
  const next = isNewestFirst(start) ? 'older' : 'newer';
  return (
    <div className="sticky left-0 flex h-row w-fit items-center gap-4 px-4 text-faint">
      <span className="figures">
        {isCut
          ? `the newest ${formatCount(mostRecords)} are kept while following: Read newest reads older ones again`
          : isEnd
            ? `${plural(records.length, 'record')}: ${last}`
            : `${formatCount(records.length)} read${isReadingOn ? `, reading ${next} ones` : ''}`}
      </span>
      {isEnd && came > 0n && (
        <button
          type="button"
          className="rounded-small text-accent hover:underline"
          disabled={isReadingOn}
          onClick={readNewer}
        >
          {isReadingOn ? 'Reading' : 'Read'} {plural(came, 'record')} that came since
        </button>
      )}
      {hiddenFields > 0 && <span>{plural(hiddenFields, 'more field')} in the inspector</span>}
    </div>
  );
}

function cameAfter(
  readTo: ReadonlyMap<number, bigint> | undefined,
  partitions: readonly PartitionRow[] | undefined,
): bigint {
  if (readTo === undefined || partitions === undefined) return 0n;
  return partitions.reduce((sum, { partition, lastOffset }) => {
    const came = lastOffset + 1n - (readTo.get(partition) ?? 0n);
    return came > 0n ? sum + came : sum;
  }, 0n);
}

/** All partitions but the one asked for are left out; undefined until they are known. */
function cursorAt(place: Place | undefined, partitions: readonly PartitionRow[] | undefined): string | undefined {
  if (place === undefined || partitions === undefined) return undefined;
  const count = Math.max(partitions.length, place.partition + 1);
  const ends = Array.from({ length: count }, (_, partition) =>
    partition === place.partition ? `${partition}:${place.offset + 1n}` : `${partition}:0`,
  );
  return ends.join(',');
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

/** To the record below (1) or above (-1) of the selected one; undefined where there is none. */
function useStep(
  records: readonly TopicRecord[] | undefined,
  selected: TopicRecord | undefined,
  select: (record: TopicRecord) => void,
): (by: 1 | -1) => (() => void) | undefined {
  return (by) => {
    if (records === undefined || selected === undefined) return undefined;
    const key = recordKey(selected);
    const at = records.findIndex((record) => recordKey(record) === key);
    const next = at < 0 ? undefined : records[at + by];
    return next && (() => select(next));
  };
}
