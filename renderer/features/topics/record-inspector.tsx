/** One record, whole and exact: its value or key as tree, JSON and bytes, its headers, its schema, and why a decode failed. */
import { ArrowDown, ArrowUp, Copy, Link, X } from 'lucide-react';
import { useState } from 'react';
import { type Decoded, largestPageValue, type TopicRecord } from '#core/contract/record.ts';
import type { Value } from '#core/contract/value.ts';
import { client } from '../../api/client.ts';
import { toFailure } from '../../api/failure.ts';
import { timeText } from '../../lib/avro-times.ts';
import { isRecord, toJson } from '../../lib/exact.ts';
import { formatBytes, formatCount } from '../../lib/format.ts';
import { placeText } from '../../lib/place.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { HeaderList } from '../../ui/header-list.tsx';
import { HexView } from '../../ui/hex-view.tsx';
import { Menu, type MenuAction } from '../../ui/menu.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { FailurePanel } from '../../ui/states.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { TextView } from '../../ui/text.tsx';
import { say } from '../../ui/toast.ts';
import { ValueTree } from '../../ui/value-tree.tsx';
import { formatName } from './format-name.ts';
import { RecordFacts } from './record-facts.tsx';
import { recordJson, valueText } from './record-text.ts';
import { SchemaTab } from './schema-tab.tsx';
import { timesOf, useTimeFields } from './use-time-fields.ts';
import { useWholeRecord } from './use-whole-record.ts';

/** Characters of JSON on screen; copying takes all. */
const shownJson = 100_000;

type Half = 'value' | 'key';

interface RecordInspectorProps {
  /** As a page brought it: what is large may be cut. */
  readonly record: TopicRecord;
  readonly onClose: () => void;
  /** To the record below (1) or above (-1); undefined where there is none. */
  readonly onStep: (by: 1 | -1) => (() => void) | undefined;
}

export function RecordInspector({ record: shown, onClose, onStep }: RecordInspectorProps) {
  const [tab, setTab] = useState(lastTab);
  const [half, setHalf] = useState<Half>('value');
  const [wantsAll, setWantsAll] = useState(false);
  const whole = useWholeRecord(shown, wantsAll || tab === 'hex');
  const record = wantsAll && whole.data !== undefined ? whole.data.record : shown;
  const decoded = record[half];
  const bytes = half === 'value' ? whole.data?.valueBytes : whole.data?.keyBytes;
  const choose = (next: string): void => {
    lastTab = next;
    setTab(next);
  };
  return (
    <div className="flex h-full flex-col">
      <Head record={record} onClose={onClose} onStep={onStep} />
      <div className="flex shrink-0 items-center gap-2 px-3.5 pb-2">
        <Segmented
          label="Half of the record"
          options={[
            { value: 'value', label: 'Value' },
            { value: 'key', label: 'Key' },
          ]}
          value={half}
          onChange={setHalf}
        />
        <span className="truncate text-muted">{formatName(decoded.format)}</span>
      </div>
      <Failures half={half} decoded={decoded} />
      {decoded.isCut && (
        <CutNote sizeBytes={record.sizeBytes} isReading={whole.isFetching} onShowAll={() => setWantsAll(true)} />
      )}
      {whole.error !== null && (
        <div className="px-3.5 pb-2">
          <FailurePanel error={whole.error} title="Reading the record failed" onRetry={() => void whole.refetch()} />
        </div>
      )}
      <Tabs
        value={tab}
        onChange={choose}
        tabs={[
          { id: 'tree', title: 'Tree', content: <Tree key={half} decoded={decoded} record={record} /> },
          { id: 'json', title: 'JSON', content: <Json half={half} decoded={decoded} /> },
          { id: 'hex', title: 'Hex', content: <Hex half={half} bytes={bytes} error={whole.error} /> },
          {
            id: 'headers',
            title: (
              <>
                Headers <span className="figures text-faint">{record.headers.length}</span>
              </>
            ),
            content: <HeaderList headers={record.headers} none="This record has no headers." />,
          },
          { id: 'schema', title: 'Schema', content: <SchemaTab half={half} decoded={decoded} /> },
        ]}
      />
      <RecordFacts record={record} />
    </div>
  );
}

/** From one record to the next the same view stays. */
let lastTab = 'tree';

function Head({ record, onClose, onStep }: RecordInspectorProps) {
  const { topic, partition, offset } = record;
  const [previous, next] = [onStep(-1), onStep(1)];
  return (
    <div className="flex h-10 shrink-0 items-center gap-2 pr-2 pl-3.5">
      <h2 className="figures truncate font-semibold">
        {topic}-{partition} @ {formatCount(offset)}
      </h2>
      <div className="ml-auto flex">
        <IconButton
          icon={ArrowUp}
          label="Record above"
          keys={['↑']}
          disabled={previous === undefined}
          onClick={previous}
        />
        <IconButton icon={ArrowDown} label="Record below" keys={['↓']} disabled={next === undefined} onClick={next} />
        <Menu
          align="end"
          trigger={<Button look="quiet" icon={Copy} aria-label="Copy the record" className="px-1.5!" />}
          groups={[copyActions(record)]}
        />
        <CopyButton
          label="Copy a link to this record"
          text={() => `mercury://topics/${encodeURIComponent(topic)}/${placeText(record)}`}
          icon={Link}
        />
        <IconButton icon={X} label="Close the record" keys={['Esc']} onClick={onClose} />
      </div>
    </div>
  );
}

function copyActions(record: TopicRecord): readonly MenuAction[] {
  const copy = (title: string, text: (whole: TopicRecord) => string) => async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text(await wholeOf(record)));
      say({ about: 'copy', title: `${title} copied` });
    } catch (error) {
      say({ about: 'copy', title: `${title} not copied: ${toFailure(error).message}` });
    }
  };
  return [
    { title: 'Copy the value', run: copy('Value', ({ value }) => valueText(value.value)) },
    { title: 'Copy the key', run: copy('Key', ({ key }) => valueText(key.value)) },
    { title: 'Copy the record as JSON', run: copy('Record', recordJson) },
  ];
}

/** What a page has cut is read again: a copy is never short. */
async function wholeOf(record: TopicRecord): Promise<TopicRecord> {
  if (!record.value.isCut && !record.key.isCut) return record;
  const { topic, partition, offset } = record;
  return (await client.topics.record({ topic, partition, offset })).record;
}

interface CutNoteProps {
  readonly sizeBytes: number;
  readonly isReading: boolean;
  readonly onShowAll: () => void;
}

function CutNote({ sizeBytes, isReading, onShowAll }: CutNoteProps) {
  return (
    <div role="status" className="flex shrink-0 items-center gap-2 border-line border-y bg-raised px-3.5 py-1.5">
      <span className="min-w-0 flex-1">
        At most {formatCount(largestPageValue)} characters of {formatBytes(sizeBytes)} are shown
      </span>
      <Button onClick={onShowAll} disabled={isReading}>
        {isReading ? 'Reading' : 'Show all'}
      </Button>
    </div>
  );
}

/** Numbers as they are; what stands for a time says which. */
function Tree({ decoded, record }: { readonly decoded: Decoded; readonly record: TopicRecord }) {
  const fields = timesOf(useTimeFields([record]), decoded);
  const meaningOf = (path: string, value: Value): string | undefined => {
    const kind = fields.get(path);
    return kind && timeText(kind, value);
  };
  return <ValueTree value={decoded.value} meaningOf={meaningOf} />;
}

const titles: Readonly<Record<Half, string>> = { value: 'Value', key: 'Key' };

function Json({ half, decoded: { value, isCut } }: { readonly half: Half; readonly decoded: Decoded }) {
  const { text, isComplete } = toJson(value, { indent: 2, limit: shownJson });
  const after = isComplete ? undefined : <span className="text-muted">{'\n'}… cut here: Copy takes all of it</span>;
  return (
    <TextView
      label={`${titles[half]} as JSON`}
      text={text}
      after={isCut ? <span className="text-muted">{'\n'}… cut: Show all reads the rest</span> : after}
      whole={() => toJson(value, { indent: 2 }).text}
    />
  );
}

interface HexProps {
  readonly half: Half;
  /** Undefined until they were read. */
  readonly bytes: Uint8Array | null | undefined;
  readonly error: unknown;
}

function Hex({ half, bytes, error }: HexProps) {
  if (bytes === undefined) {
    return error === null && <p className="px-3.5 py-2 text-muted">Reading the bytes of the {half}</p>;
  }
  if (bytes === null) {
    const text = half === 'value' ? 'A tombstone has no bytes.' : 'This record has no key.';
    return <p className="px-3.5 py-2 text-muted">{text}</p>;
  }
  if (bytes.length === 0) return <p className="px-3.5 py-2 text-muted">The {half} is there and has no bytes.</p>;
  return <HexView label={`${titles[half]} in hex`} bytes={bytes} />;
}

/** Why each earlier format could not read these bytes. */
function Failures({ half, decoded }: { readonly half: Half; readonly decoded: Decoded }) {
  const { failures, format, value } = decoded;
  // JSON and records that a later format read well are no trouble, nor is a key that is plain text.
  const isFine = isRecord(value) || format === 'json' || (half === 'key' && format === 'text');
  if (failures.length === 0 || isFine) return null;
  return (
    <div className="shrink-0 border-warn/40 border-y bg-warn-tint px-3.5 py-2">
      <h3 className="font-semibold text-warn">
        The {half} is shown as {formatName(format)}
      </h3>
      <ul>
        {failures.map((failure) => (
          <li key={failure.format} className="wrap-anywhere">
            <span className="text-muted">not {formatName(failure.format)}: </span>
            {failure.reason}
          </li>
        ))}
      </ul>
    </div>
  );
}
