import { useState } from 'react';
import type { Value } from '#core/contract/value.ts';
import { CodeView } from '../../ui/code-view.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { KeyValues } from '../../ui/key-values.tsx';
import type { Column } from '../../ui/table-column.ts';
import { nextSort, type Sort } from '../../ui/table-sort.ts';
import { ValueTree } from '../../ui/value-tree.tsx';
import { Specimen } from './specimen.tsx';

interface Row {
  readonly id: string;
  readonly carrier: string;
  readonly delay: number;
}

const rows: readonly Row[] = Array.from({ length: 10_000 }, (_, index) => ({
  id: String(index + 1),
  carrier: ['UA', 'AA', 'B6', 'DL'][index % 4] ?? '',
  delay: ((index * 37) % 90) - 12,
}));

const columns: readonly Column<Row>[] = [
  { id: 'id', title: 'Flight', width: 120, isSortable: true, cell: ({ id }) => id },
  { id: 'carrier', title: 'Carrier', width: 120, cell: ({ carrier }) => carrier },
  {
    id: 'delay',
    title: 'Delay',
    width: 'minmax(120px, 1fr)',
    align: 'right',
    isSortable: true,
    cell: ({ delay }) => delay,
  },
];

const value: Value = {
  flight_id: 9_007_199_254_740_993n,
  carrier: 'UA',
  delays: [1, null],
  digest: Uint8Array.of(0, 255),
};

const yaml = `# Flights as rows, exactly once.
version: 1
name: flights-to-postgres
sinks:
  - type: postgres
    table: "flights"
    rows: 20_000
`;

export function DataViews() {
  const [selected, setSelected] = useState<string>();
  const [sort, setSort] = useState<Sort>({ columnId: 'id', direction: 'ascending' });
  const ordered = sort.direction === 'ascending' ? rows : rows.toReversed();
  return (
    <div className="grid grid-cols-2 gap-x-8 max-[900px]:grid-cols-1">
      <Specimen name="Table" className="h-56 border border-line">
        <DataTable
          label="Sample flights"
          name="gallery"
          columns={columns}
          rows={ordered}
          keyOf={({ id }) => id}
          selected={selected}
          onSelect={(row) => setSelected(row?.id)}
          sort={sort}
          onSort={(columnId) => setSort(nextSort(sort, columnId, 'ascending'))}
        />
      </Specimen>
      <Specimen name="Code" className="h-56 border border-line">
        <CodeView label="flights-to-postgres.yaml" code={yaml} language="yaml" marked={[6]} />
      </Specimen>
      <Specimen name="Tree" className="border border-line">
        <ValueTree value={value} />
      </Specimen>
      <Specimen name="Names and values" className="border border-line">
        <KeyValues
          rows={[
            { name: 'partition', value: '2' },
            { name: 'offset', value: '48 213' },
          ]}
        />
      </Specimen>
    </div>
  );
}
