/** The rows of a result, exact, read in pages as they come into sight; the selected row whole at the right. */
import { X } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { QueryStatus, SqlColumn } from '#core/contract/sql.ts';
import { wholeText } from '../../lib/exact.ts';
import { formatCount } from '../../lib/format.ts';
import { IconButton } from '../../ui/button.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Split } from '../../ui/split.tsx';
import { FailurePanel } from '../../ui/states.tsx';
import { ValueText } from '../../ui/value-text.tsx';
import { type ResultPages, useResultPages } from './use-result-pages.ts';

/** Taller lists than this are beyond what a browser can scroll. */
const mostRows = 1_000_000;

interface ResultGridProps {
  readonly status: QueryStatus;
  readonly columns: readonly SqlColumn[];
}

export function ResultGrid({ status, columns }: ResultGridProps) {
  const count = Math.min(status.rows, mostRows);
  const rows = useMemo(() => Array.from({ length: count }, (_, index) => index), [count]);
  const pages = useResultPages(status.queryId, count);
  const { cell } = pages;
  const shown = useMemo(() => gridColumns(columns, cell), [columns, cell]);
  const [selected, setSelected] = useState<number>();
  return (
    <Split
      name="query-row"
      label="Row"
      defaultWidth={360}
      aside={
        (selected !== undefined && (
          <Row row={selected} columns={columns} cell={cell} onClose={() => setSelected(undefined)} />
        )) ||
        undefined
      }
    >
      <div className="flex h-full flex-col">
        {pages.error !== undefined && (
          <div className="px-4 py-2">
            <FailurePanel error={pages.error} title="Reading the rows failed" />
          </div>
        )}
        <div className="min-h-0 flex-1">
          <DataTable
            label="Result"
            columns={shown}
            rows={rows}
            keyOf={String}
            indexOf={Number}
            selected={selected === undefined ? undefined : String(selected)}
            onSelect={setSelected}
            onShow={pages.onShow}
          />
        </div>
      </div>
    </Split>
  );
}

const rightAligned: readonly SqlColumn['kind'][] = ['number', 'int64', 'decimal'];
const widths: Partial<Readonly<Record<SqlColumn['kind'], number>>> = { bool: 88, number: 120, int64: 150, json: 280 };

function gridColumns(columns: readonly SqlColumn[], cell: ResultPages['cell']): readonly Column<number>[] {
  return [
    {
      id: 'row',
      title: '#',
      width: 76,
      align: 'right',
      cell: (row) => <span className="figures text-faint">{formatCount(row + 1)}</span>,
      text: (row) => String(row + 1),
    },
    ...columns.map(({ name, kind }, index) => ({
      id: `${index} ${name}`,
      title: name,
      width: Math.max(widths[kind] ?? 180, Math.min(260, name.length * 8 + 24)),
      ...(rightAligned.includes(kind) ? { align: 'right' as const } : {}),
      text: (row: number) => wholeText(cell(row, index)),
      cell: (row: number) => {
        const value = cell(row, index);
        return value === undefined ? (
          <span className="inline-block h-2 w-2/3 rounded-small bg-raised" />
        ) : (
          <span className="data">
            <ValueText value={value} limit={120} plain />
          </span>
        );
      },
    })),
    { id: 'rest', title: '', width: 'minmax(0, 1fr)', cell: () => null },
  ];
}

interface RowProps {
  readonly row: number;
  readonly columns: readonly SqlColumn[];
  readonly cell: ResultPages['cell'];
  readonly onClose: () => void;
}

function Row({ row, columns, cell, onClose }: RowProps) {
  return (
    <div className="flex h-full flex-col">
      <div className="flex h-10 shrink-0 items-center pr-2 pl-3.5">
        <h2 className="figures font-semibold">Row {formatCount(row + 1)}</h2>
        <div className="ml-auto">
          <IconButton icon={X} label="Close the row" keys={['Esc']} onClick={onClose} />
        </div>
      </div>
      <dl className="data min-h-0 flex-1 overflow-auto px-3.5 pb-3">
        {columns.map(({ name, type }, index) => {
          const value = cell(row, index);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: names may repeat and the order is the result's
            <div key={index} className="border-line/55 border-b py-1">
              <dt className="flex justify-between gap-2 text-faint">
                <span className="truncate">{name}</span>
                <span className="shrink-0">{type}</span>
              </dt>
              <dd className="wrap-anywhere whitespace-pre-wrap">
                {value !== undefined && <ValueText value={value} limit={4_000} />}
              </dd>
            </div>
          );
        })}
      </dl>
    </div>
  );
}
