/** The columns of the list of topics, and its orders. What was not read yet is empty, what can't be told says so. */
import type { TopicRow, TopicSchema } from '#core/contract/topic.ts';
import { formatBytes, formatCount, formatDuration, formatRate, formatTimestamp } from '../../lib/format.ts';
import { toHref } from '../../lib/location.ts';
import { useNow } from '../../lib/now.ts';
import type { Column } from '../../ui/data-table.tsx';
import { RowLink } from '../../ui/row-link.tsx';

const faint = (text: string) => <span className="text-faint">{text}</span>;

export const topicColumns: readonly Column<TopicRow>[] = [
  {
    id: 'name',
    title: 'Name',
    width: 'minmax(220px, 2fr)',
    isSortable: true,
    cell: ({ name, internal }) => (
      <>
        <RowLink href={toHref('topics', name)}>{name}</RowLink>
        {internal && <span className="ml-2 text-faint">internal</span>}
      </>
    ),
  },
  number('partitions', 'Partitions', 96, ({ partitions }) => formatCount(partitions)),
  number('records', 'Records', 176, ({ records }) => records !== undefined && formatCount(records)),
  number(
    'bytes',
    'Size',
    96,
    ({ bytes }) => bytes !== undefined && (bytes === null ? faint('not told') : formatBytes(bytes)),
  ),
  number('rate', 'Records/s', 96, ({ perSecond }) =>
    perSecond === undefined ? null : perSecond === 0 ? faint('0') : formatRate(perSecond),
  ),
  {
    id: 'last',
    title: 'Last record',
    width: 128,
    align: 'right',
    isSortable: true,
    cell: ({ lastRecordAt }) =>
      lastRecordAt !== undefined && (lastRecordAt === null ? faint('none') : <Ago at={lastRecordAt} />),
  },
  {
    id: 'schema',
    title: 'Schema',
    width: 'minmax(120px, 1fr)',
    isSortable: true,
    cell: ({ schema }) => schema && <SchemaName schema={schema} />,
  },
];

function number(id: string, title: string, width: number, cell: Column<TopicRow>['cell']): Column<TopicRow> {
  return { id, title, width, align: 'right', isSortable: true, cell };
}

const agoStepMs = 5_000;

/** Clocks differ a little, and `now` moves in steps: only what lies well ahead is a time to come. */
const aheadMs = 60_000;

function Ago({ at }: { readonly at: bigint }) {
  const since = useNow(agoStepMs) - Number(at);
  const text = since < -aheadMs ? formatTimestamp(at) : since < agoStepMs ? 'just now' : `${formatDuration(since)} ago`;
  return <span title={formatTimestamp(at)}>{text}</span>;
}

const typeNames = { AVRO: 'Avro', PROTOBUF: 'Protobuf', JSON: 'JSON Schema' } as const;

function SchemaName({ schema: { subject, type, version } }: { readonly schema: TopicSchema }) {
  return (
    <RowLink
      href={toHref('schemas', subject)}
      title={`${subject}, version ${version}`}
      className="text-muted hover:text-text"
    >
      {typeNames[type]} <span className="figures">v{version}</span>
    </RowLink>
  );
}

/** What a column is sorted by; undefined where it is not known. */
export function sortValue(topic: TopicRow, columnId: string): bigint | number | string | undefined {
  switch (columnId) {
    case 'name':
      return topic.name;
    case 'partitions':
      return topic.partitions;
    case 'records':
      return topic.records;
    case 'bytes':
      return topic.bytes ?? undefined;
    case 'rate':
      return topic.perSecond;
    case 'last':
      return topic.lastRecordAt ?? undefined;
    default:
      return topic.schema?.subject;
  }
}
