/** The SQL methods over one invented result: 120,000 rows, every kind of value in the first; `SELECT slow` never ends by itself. */
import { setTimeout as sleep } from 'node:timers/promises';
import { implement } from '@orpc/server';
import { contract } from '#core/contract/contract.ts';
import { type ErrorData, WorkbenchError } from '#core/contract/errors.ts';
import type { QueryStatus, SqlColumn, SqlTable, SqlValue } from '#core/contract/sql.ts';
import type { FakeWorkbench } from './fake-workbench.ts';

const os = implement(contract.sql);
const totalRows = 120_000;

export const columns: readonly SqlColumn[] = [
  { name: 'flight_id', type: 'BIGINT', kind: 'int64' },
  { name: 'carrier', type: 'VARCHAR', kind: 'text' },
  { name: 'price', type: 'DECIMAL(38,4)', kind: 'decimal' },
  { name: 'arr_delay', type: 'DOUBLE', kind: 'number' },
  { name: 'cancelled', type: 'BOOLEAN', kind: 'bool' },
  { name: 'time_hour', type: 'TIMESTAMP', kind: 'timestamp' },
  { name: 'digest', type: 'BLOB', kind: 'bytes' },
];

const first: readonly SqlValue[] = [
  9_007_199_254_740_993n,
  'UA',
  '1234567890123456789.0100',
  -0.1,
  false,
  '2013-01-01 05:00:00',
  Uint8Array.of(0, 1, 255),
];

function cellOf(column: number, row: number): SqlValue {
  if (row === 0) return first[column] ?? null;
  const values: readonly SqlValue[] = [
    BigInt(row + 1),
    ['UA', 'AA', 'B6', 'DL'][row % 4]!,
    `${row}.5000`,
    row % 9 === 0 ? null : (row % 90) - 12.5,
    row % 40 === 0,
    '2013-01-01 06:00:00',
    null,
  ];
  return values[column] ?? null;
}

const tables: SqlTable[] = [
  {
    schema: 'main',
    name: 'flights',
    kind: 'table',
    rows: totalRows,
    columns: columns.map(({ name, type }) => ({ name, type })),
  },
  { schema: 'main', name: 'delays', kind: 'view', rows: null, columns: [{ name: 'carrier', type: 'VARCHAR' }] },
];

const noTable: ErrorData = {
  code: 'INVALID_INPUT',
  message: 'Catalog Error: Table with name fligths does not exist! Did you mean "flights"?',
  nextStep: 'Correct the statement, then run it again.',
  retryable: false,
};

export function fakeSql(workbench: FakeWorkbench) {
  return {
    run: os.run.handler(async function* ({ input, signal }) {
      const queryId = input.queryId ?? crypto.randomUUID();
      workbench.asked.push(`sql ${input.sql}`);
      const running: QueryStatus = {
        queryId,
        state: 'running',
        columns: null,
        rows: 0,
        totalRows: null,
        isTruncated: false,
        rowsChanged: null,
        percent: null,
        elapsedMs: 1,
        error: null,
      };
      yield running;
      if (input.sql.includes('fligths')) {
        yield { ...running, state: 'failed' as const, elapsedMs: 3, error: noTable };
        return;
      }
      for (let percent = 10; input.sql.includes('slow'); percent = Math.min(95, percent + 5)) {
        await sleep(50);
        const isCancelled = signal?.aborted === true || workbench.asked.includes(`cancel ${queryId}`);
        const now = { ...running, columns: [...columns], rows: 1_000, percent, elapsedMs: percent * 10 };
        yield isCancelled ? { ...now, state: 'cancelled' as const } : now;
        if (isCancelled) return;
      }
      yield { ...running, state: 'done' as const, columns: [...columns], rows: totalRows, totalRows, elapsedMs: 42 };
    }),
    page: os.page.handler(({ input: { from, rows } }) => {
      const count = Math.max(0, Math.min(rows, totalRows - from));
      const values = columns.map((_, column) => Array.from({ length: count }, (__, row) => cellOf(column, from + row)));
      return { from, rows: count, columns: [...columns], values };
    }),
    cancel: os.cancel.handler(({ input }) => void workbench.asked.push(`cancel ${input.queryId}`)),
    tables: os.tables.handler(async ({ signal }) => {
      while (workbench.scenario === 'loading') await sleep(250, undefined, signal === undefined ? {} : { signal });
      if (workbench.scenario === 'empty') return [];
      if (workbench.scenario !== 'error') return tables;
      throw new WorkbenchError('INTERNAL', 'the database is held by another program (pid 812, duckdb)', {
        nextStep: 'End that program, then try again.',
        retryable: true,
      });
    }),
  };
}
