/** The tables of the workspace's database, with their columns; choosing one writes a statement that reads it. */
import { useQuery } from '@tanstack/react-query';
import { Database } from 'lucide-react';
import type { SqlTable } from '#core/contract/sql.ts';
import { queries } from '../../api/client.ts';
import { toFailure } from '../../api/failure.ts';
import { formatCount } from '../../lib/format.ts';
import { Button } from '../../ui/button.tsx';
import { LoadingRows } from '../../ui/states.tsx';

const refreshMs = 5_000;

export function TableList({ onChoose }: { readonly onChoose: (sql: string) => void }) {
  const { data, error, refetch } = useQuery(queries.sql.tables.queryOptions({ refetchInterval: refreshMs }));
  return (
    <section
      aria-label="Tables"
      className="h-full w-60 shrink-0 overflow-y-auto border-line border-r py-2 max-[1100px]:hidden"
    >
      <h2 className="px-4 pb-1 font-semibold">Tables</h2>
      {error !== null ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : data !== undefined ? (
        <Tables tables={data} onChoose={onChoose} />
      ) : (
        <LoadingRows label="Reading the tables" rows={4} />
      )}
    </section>
  );
}

/** The usual panel needs more width than a list has. */
function Failure({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  const { message, nextStep } = toFailure(error);
  return (
    <div role="alert" className="mx-2 rounded-control border border-bad/40 bg-bad-tint px-2 py-1.5">
      <p className="wrap-anywhere">Reading the tables failed: {message}</p>
      <p className="mb-1.5 text-muted">{nextStep}</p>
      <Button onClick={onRetry}>Try again</Button>
    </div>
  );
}

interface TablesProps {
  readonly tables: readonly SqlTable[];
  readonly onChoose: (sql: string) => void;
}

function Tables({ tables, onChoose }: TablesProps) {
  if (tables.length === 0) {
    return <p className="px-4 text-muted">None yet. A pipeline with a DuckDB sink, or CREATE TABLE, makes one.</p>;
  }
  return (
    <ul className="px-2">
      {tables.map((table) => (
        <li key={`${table.schema}.${table.name}`}>
          <button
            type="button"
            title={table.columns.map(({ name, type }) => `${name} ${type}`).join('\n')}
            onClick={() => onChoose(`SELECT *\nFROM ${tableName(table)}\nLIMIT 1000`)}
            className="flex h-row w-full items-center gap-2 rounded-control px-2 text-left hover:bg-raised"
          >
            <Database size={14} aria-hidden className="shrink-0 text-muted" />
            <span className="truncate">{table.name}</span>
            <span className="figures ml-auto shrink-0 text-data text-muted">
              {table.rows === null ? table.kind : formatCount(table.rows)}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function tableName({ schema, name }: SqlTable): string {
  return schema === 'main' ? quoted(name) : `${quoted(schema)}.${quoted(name)}`;
}

const quoted = (name: string): string => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`);
