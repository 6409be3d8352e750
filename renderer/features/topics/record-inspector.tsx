/** One record, whole and exact: its value as tree and JSON, its headers, where it is, and why a decode failed. */
import { Link, X } from 'lucide-react';
import { useState } from 'react';
import type { Decoded, TopicRecord } from '#core/contract/record.ts';
import { isRecord, kindOf, toJson } from '../../lib/exact.ts';
import { formatBytes, formatCount, formatTimestamp } from '../../lib/format.ts';
import { placeText } from '../../lib/place.ts';
import { IconButton } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { HexView } from '../../ui/hex-view.tsx';
import { type KeyValue, KeyValues } from '../../ui/key-values.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { TextView } from '../../ui/text.tsx';
import { ValueText } from '../../ui/value-text.tsx';
import { ValueTree } from '../../ui/value-tree.tsx';

/** Characters of JSON on screen; copying takes all. */
const shownJson = 100_000;

interface RecordInspectorProps {
  readonly record: TopicRecord;
  readonly onClose: () => void;
}

export function RecordInspector({ record, onClose }: RecordInspectorProps) {
  const { topic, partition, offset, value, headers } = record;
  const [tab, setTab] = useState('tree');
  return (
    <div className="flex h-full flex-col">
      <div className="flex h-10 shrink-0 items-center gap-2 pr-2 pl-3.5">
        <h2 className="figures truncate font-semibold">
          {topic}-{partition} @ {formatCount(offset)}
        </h2>
        <div className="ml-auto flex">
          <CopyButton
            label="Copy a link to this record"
            text={() => `mercury://topics/${encodeURIComponent(topic)}/${placeText(record)}`}
            icon={Link}
          />
          <IconButton icon={X} label="Close the record" keys={['Esc']} onClick={onClose} />
        </div>
      </div>
      <Failures half="value" decoded={value} />
      <Tabs
        value={tab}
        onChange={setTab}
        tabs={[
          { id: 'tree', title: 'Value', content: <ValueTree key={`${partition}@${offset}`} value={value.value} /> },
          { id: 'json', title: 'JSON', content: <Json decoded={value} /> },
          { id: 'hex', title: 'Hex', content: <Hex decoded={value} /> },
          {
            id: 'headers',
            title: (
              <>
                Headers <span className="figures text-faint">{headers.length}</span>
              </>
            ),
            content: <Headers record={record} />,
          },
        ]}
      />
      <Place record={record} />
    </div>
  );
}

function Json({ decoded }: { readonly decoded: Decoded }) {
  const { text, isComplete } = toJson(decoded.value, { indent: 2, limit: shownJson });
  const after = isComplete ? undefined : <span className="text-muted">{'\n'}… cut here: Copy takes all of it</span>;
  return (
    <TextView label="Value as JSON" text={text} after={after} whole={() => toJson(decoded.value, { indent: 2 }).text} />
  );
}

/** The bytes of what was decoded by a schema are not sent to pages: only text and bytes are their own. */
function Hex({ decoded: { format, value } }: { readonly decoded: Decoded }) {
  if (value instanceof Uint8Array) return <HexView label="Value in hex" bytes={value} />;
  if (format === 'text' && typeof value === 'string') {
    return <HexView label="Value in hex" bytes={new TextEncoder().encode(value)} />;
  }
  return (
    <p className="px-3.5 py-2 text-muted">
      {format === 'null'
        ? 'A tombstone has no bytes.'
        : `Its bytes were decoded as ${formatNames[format]} before they came here: hex is shown for text and plain bytes.`}
    </p>
  );
}

function Headers({ record: { headers } }: { readonly record: TopicRecord }) {
  if (headers.length === 0) return <p className="px-3.5 py-2 text-faint">This record has no headers.</p>;
  return (
    <ul className="data px-3.5 py-2">
      {headers.map(({ name, value }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: names may repeat and the order is the record's
        <li key={index} className="mb-2">
          <div className="text-faint">{name}</div>
          <div className="wrap-anywhere">
            {value === null ? <span className="text-faint">null</span> : <HeaderValue bytes={value} />}
          </div>
        </li>
      ))}
    </ul>
  );
}

/** Headers are bytes that nearly always hold text. */
function HeaderValue({ bytes }: { readonly bytes: Uint8Array }) {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return <ValueText value={text} limit={4_000} />;
  } catch {
    return <ValueText value={bytes} limit={4_000} />;
  }
}

/** Where the record is and what it is made of; always in sight. */
function Place({ record }: { readonly record: TopicRecord }) {
  const { key, value, timestamp, partition, offset, sizeBytes } = record;
  const rows: KeyValue[] = [
    { name: 'key', value: <KeyText decoded={key} /> },
    { name: 'format', value: formatText(value) },
    ...quietFailures(value),
    { name: 'timestamp', value: formatTimestamp(timestamp) },
    { name: 'partition', value: formatCount(partition) },
    { name: 'offset', value: formatCount(offset) },
    { name: 'size', value: `${formatBytes(sizeBytes)}${sizeBytes > 999 ? ` (${formatCount(sizeBytes)} bytes)` : ''}` },
  ];
  return (
    <div className="max-h-[45%] shrink-0 overflow-auto border-line border-t">
      <KeyValues rows={rows} />
      {key.failures.length > 0 && key.format === 'binary' && <Failures half="key" decoded={key} />}
    </div>
  );
}

/** JSON is no failure, but why it is not what a format before it expects may be what the user looks for. */
function quietFailures({ failures, value, format }: Decoded): KeyValue[] {
  if (!isRecord(value) && format !== 'json') return [];
  return failures.map((failure) => ({
    name: `not ${formatName(failure.format)}`,
    value: <span className="text-warn">{failure.reason}</span>,
  }));
}

function KeyText({ decoded }: { readonly decoded: Decoded }) {
  const kind = kindOf(decoded.value);
  return (
    <>
      <ValueText value={decoded.value} limit={1_000} />
      {kind !== 'null' && <span className="ml-2 text-faint">{formatText(decoded)}</span>}
    </>
  );
}

const formatNames: Readonly<Record<Decoded['format'], string>> = {
  null: 'null (tombstone)',
  avro: 'Avro',
  json: 'JSON',
  text: 'text',
  binary: 'bytes',
};

const formatName = (format: string): string => formatNames[format as Decoded['format']] ?? format;

function formatText({ format, schemaId }: Decoded): string {
  return schemaId === null ? formatNames[format] : `${formatNames[format]}, schema ${schemaId}`;
}

/** Why each earlier format could not read these bytes. */
function Failures({ half, decoded }: { readonly half: 'key' | 'value'; readonly decoded: Decoded }) {
  const { failures, format, value } = decoded;
  // JSON and records that a later format read well are no trouble; text and bytes are what is left when nothing fits.
  if (failures.length === 0 || isRecord(value) || format === 'json') return null;
  return (
    <div className="shrink-0 border-warn/40 border-y bg-warn-tint px-3.5 py-2">
      <h3 className="font-semibold text-warn">
        The {half} is shown as {formatNames[format]}
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
