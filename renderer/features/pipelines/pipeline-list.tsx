/** All pipelines of the workspace and how each is doing. */
import { Workflow } from 'lucide-react';
import { useState } from 'react';
import type { PipelineFault, PipelineStatus } from '#core/contract/pipeline.ts';
import { useHasSnapshot, usePipelineFaults, usePipelines } from '../../api/live.ts';
import { useRate } from '../../api/rates.ts';
import { useFilter } from '../../lib/filter.ts';
import { formatCount, formatRate } from '../../lib/format.ts';
import { navigate, toHref } from '../../lib/location.ts';
import { guaranteeText, pipelineRate, weakestGuarantee } from '../../lib/pipeline-text.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { RowLink } from '../../ui/row-link.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { Sparkline } from '../../ui/sparkline.tsx';
import { StateWord } from '../../ui/state.tsx';
import { EmptyState, FailurePanel, LoadingRows, NothingFound } from '../../ui/states.tsx';

export function PipelineList() {
  const hasSnapshot = useHasSnapshot();
  const pipelines = usePipelines();
  const faults = usePipelineFaults();
  const filter = useFilter(hasSnapshot ? pipelines : undefined, nameOf);
  const [selected, setSelected] = useState<string>();
  return (
    <PageFrame
      title="Pipelines"
      chips={<span className="figures text-muted">{filter.countText}</span>}
      actions={<SearchField label="Filter pipelines" value={filter.text} onChange={filter.setText} />}
    >
      {filter.shown === undefined ? (
        <LoadingRows label="Reading the pipelines" />
      ) : pipelines.length === 0 && faults.length === 0 ? (
        <EmptyState icon={Workflow} title="No pipeline in this workspace">
          A pipeline is a YAML file in the folder <code className="data">pipelines/</code> of the workspace: it reads a
          topic and writes to a table, exactly once. It appears here as soon as the file is saved.
        </EmptyState>
      ) : (
        <div className="flex h-full flex-col">
          <PipelineFaults faults={faults} />
          <div className="min-h-0 flex-1">
            {filter.shown.length === 0 && pipelines.length > 0 ? (
              <NothingFound what="pipeline" filter={filter.words} onShowAll={filter.showAll} />
            ) : (
              <DataTable
                label="Pipelines"
                name="pipelines"
                columns={columns}
                rows={filter.shown}
                keyOf={nameOf}
                selected={selected}
                onSelect={(pipeline) => setSelected(pipeline?.name)}
                onOpen={(pipeline) => navigate('pipelines', pipeline.name)}
                opensOnClick
              />
            )}
          </div>
        </div>
      )}
    </PageFrame>
  );
}

const nameOf = ({ name }: PipelineStatus): string => name;

/** Files that are no pipeline stand above: a pipeline that is missing from the list is looked for here. */
function PipelineFaults({ faults }: { readonly faults: readonly PipelineFault[] }) {
  if (faults.length === 0) return null;
  return (
    <div className="flex max-h-[45%] shrink-0 flex-col gap-2 overflow-y-auto border-line border-b px-4 py-3">
      {faults.map(({ file, error, pipeline }) => (
        <FailurePanel
          key={file}
          error={{ ...error, message: error.message.replace(file, 'it') }}
          title={
            pipeline === null ? `${file} is not in the list` : `${pipeline} goes on with the last good form of ${file}`
          }
          tone={pipeline === null ? 'bad' : 'warn'}
        />
      ))}
    </div>
  );
}

function Rate({ pipeline }: { readonly pipeline: PipelineStatus }) {
  const points = useRate(pipeline.name, 'written');
  const rate = pipelineRate(pipeline);
  if (rate === null) return dash;
  return (
    <span className="flex items-center gap-2">
      <Sparkline
        label={`Rows written by ${pipeline.name} a second, the last two minutes`}
        points={points}
        className="h-4 w-14"
      />
      <span className="ml-auto">{formatRate(rate)}</span>
    </span>
  );
}

const dash = <span className="text-faint">–</span>;

const columns: readonly Column<PipelineStatus>[] = [
  {
    id: 'name',
    title: 'Name',
    width: 'minmax(152px, 1.6fr)',
    cell: ({ name }) => <RowLink href={toHref('pipelines', name)}>{name}</RowLink>,
  },
  { id: 'state', title: 'State', width: 88, cell: ({ state }) => <StateWord state={state} /> },
  { id: 'topic', title: 'Topic', width: 'minmax(80px, 0.7fr)', cell: ({ topic }) => topic },
  {
    id: 'sinks',
    title: 'Sinks',
    width: 'minmax(124px, 1fr)',
    cell: ({ sinks }) => sinks.map(({ title }) => title).join(', '),
  },
  {
    id: 'guarantee',
    title: 'Guarantee',
    width: 96,
    cell: ({ sinks }) => {
      const guarantee = weakestGuarantee(sinks);
      return guarantee !== undefined && <span className="text-muted">{guaranteeText(guarantee)}</span>;
    },
  },
  number('rate', 'Rows/s', 128, (pipeline) => <Rate pipeline={pipeline} />),
  number('lag', 'Lag', 64, ({ progress }) => (progress?.lag == null ? dash : formatCount(progress.lag))),
  number('written', 'Written', 92, ({ progress }) => (progress === null ? dash : formatCount(progress.written))),
  number('dead', 'Dead letters', 92, ({ progress }) => {
    if (progress === null) return dash;
    return <span className={progress.deadLettered > 0n ? 'text-warn' : ''}>{formatCount(progress.deadLettered)}</span>;
  }),
  {
    id: 'error',
    title: 'Error',
    width: 'minmax(48px, 1.4fr)',
    cell: ({ error, state }) =>
      error === null ? null : (
        <span className={state === 'failed' ? 'text-bad' : 'text-muted'} title={error.message}>
          {error.message}
        </span>
      ),
  },
];

function number(
  id: string,
  title: string,
  width: number,
  cell: Column<PipelineStatus>['cell'],
): Column<PipelineStatus> {
  return { id, title, width, align: 'right', cell };
}
