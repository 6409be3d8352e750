/** One SQL statement over the workspace's database: editor above, its result below, the tables at the left. */
import { Play, Square, TableProperties } from 'lucide-react';
import { type ReactNode, useRef, useState } from 'react';
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels';
import { useStored } from '../../lib/stored.ts';
import { Button } from '../../ui/button.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { SqlEditor } from '../../ui/sql-editor.tsx';
import { EmptyState, FailurePanel } from '../../ui/states.tsx';
import { Tooltip } from '../../ui/tooltip.tsx';
import { QueryStatusLine } from './query-status.tsx';
import { ResultGrid } from './result-grid.tsx';
import { TableList } from './table-list.tsx';
import { type QueryRun, useQueryRun } from './use-query-run.ts';

const firstText = '-- Ctrl Enter runs it.\nSELECT * FROM duckdb_tables()';

export function QueryPage() {
  const [text, setText] = useStored<string>('query.text', firstText);
  const [replacement, setReplacement] = useState<{ readonly text: string }>();
  const query = useQueryRun();
  // Ctrl Enter may follow the last key before React has drawn it.
  const typed = useRef(text);
  const change = (next: string): void => {
    typed.current = next;
    setText(next);
  };
  const run = (): void => query.run(typed.current);
  return (
    <PageFrame title="Query" actions={<RunButton query={query} onRun={run} />}>
      <div className="flex h-full">
        <TableList
          onChoose={(sql) => {
            change(sql);
            setReplacement({ text: sql });
            query.run(sql);
          }}
        />
        <Panels
          above={
            <SqlEditor
              label="SQL"
              text={text}
              replacement={replacement}
              onChange={change}
              onRun={run}
              onCancel={query.cancel}
            />
          }
          below={
            <div className="flex h-full flex-col">
              <QueryStatusLine status={query.status} isRunning={query.isRunning} />
              <div className="min-h-0 flex-1">
                <Result query={query} />
              </div>
            </div>
          }
        />
      </div>
    </PageFrame>
  );
}

function Panels({ above, below }: { readonly above: ReactNode; readonly below: ReactNode }) {
  const layout = useDefaultLayout({ id: 'mercury.query', storage: localStorage });
  return (
    <Group orientation="vertical" className="min-w-0 flex-1" {...layout}>
      <Panel id="editor" defaultSize="32%" minSize="80px">
        {above}
      </Panel>
      <Separator
        aria-label="Height of the editor"
        className="-my-0.5 z-10 h-[5px] bg-clip-content py-0.5 hover:bg-accent-line"
      />
      <Panel id="result" minSize="120px">
        {below}
      </Panel>
    </Group>
  );
}

function RunButton({ query, onRun }: { readonly query: QueryRun; readonly onRun: () => void }) {
  if (query.isRunning) {
    return (
      <Tooltip text="What was read until then stays" keys={['Ctrl', '.']}>
        <Button icon={Square} onClick={query.cancel}>
          Cancel
        </Button>
      </Tooltip>
    );
  }
  return (
    <Tooltip text="Run the statement" keys={['Ctrl', 'Enter']}>
      <Button look="primary" icon={Play} onClick={onRun}>
        Run
      </Button>
    </Tooltip>
  );
}

function Result({ query: { status, error, isRunning } }: { readonly query: QueryRun }) {
  const failure = error ?? status?.error ?? undefined;
  return (
    <div className="flex h-full flex-col">
      {failure !== undefined && (
        <div className="px-4 py-3">
          <FailurePanel error={failure} title="The query failed" />
        </div>
      )}
      <div className="min-h-0 flex-1">
        {status != null && status.columns !== null ? (
          <ResultGrid key={status.queryId} status={status} columns={status.columns} />
        ) : (
          failure === undefined &&
          !isRunning &&
          status === undefined && (
            <EmptyState icon={TableProperties} title="No result yet">
              Choose a table at the left, or write a statement and run it. Rows are read as you scroll, every digit as
              it is in the table.
            </EmptyState>
          )
        )}
      </div>
    </div>
  );
}
