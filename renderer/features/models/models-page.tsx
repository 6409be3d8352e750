/** The models of the workspace: what goes in, what comes out, how good it was when trained, and who uses it now. */
import { useQuery } from '@tanstack/react-query';
import { Box } from 'lucide-react';
import { useState } from 'react';
import type { ModelSummary } from '#core/contract/model.ts';
import { queries } from '../../api/client.ts';
import { usePipelines } from '../../api/live.ts';
import { formatCount } from '../../lib/format.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { ListBody } from '../../ui/list-body.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { Split } from '../../ui/split.tsx';
import { EmptyState, LoadingRows } from '../../ui/states.tsx';
import { metricText } from './metric-text.ts';
import { ModelDetails } from './model-details.tsx';

const refreshMs = 10_000;

export function ModelsPage() {
  const { data, error, refetch } = useQuery(queries.models.list.queryOptions({ refetchInterval: refreshMs }));
  return (
    <PageFrame
      title="Models"
      chips={data !== undefined && <span className="figures text-muted">{formatCount(data.length)}</span>}
    >
      <ListBody
        error={data === undefined ? error : null}
        title="Reading the models failed"
        onRetry={() => void refetch()}
        waiting={<LoadingRows label="Reading the models" />}
      >
        {data?.length === 0 ? (
          <EmptyState icon={Box} title="No model in this workspace">
            A model is a folder of <code className="data">ml-models/</code> with an ONNX file and a{' '}
            <code className="data">card.yaml</code> that says what goes in and what comes out. It appears here within
            seconds, without a restart.
          </EmptyState>
        ) : (
          data && <ModelTable models={data} />
        )}
      </ListBody>
    </PageFrame>
  );
}

function ModelTable({ models }: { readonly models: readonly ModelSummary[] }) {
  const [chosen, setChosen] = useState<string>();
  const pipelines = usePipelines();
  const usersOf = (model: string): string[] =>
    pipelines.filter((pipeline) => pipeline.model === model).map(({ name }) => name);
  const shown = models.find(({ name }) => name === chosen);
  return (
    <Split
      name="model"
      label="Model"
      defaultWidth={400}
      aside={
        shown && <ModelDetails model={shown} pipelines={usersOf(shown.name)} onClose={() => setChosen(undefined)} />
      }
    >
      <DataTable
        label="Models"
        name="models"
        columns={columns(usersOf)}
        rows={models}
        keyOf={({ name }) => name}
        isOdd={({ error }) => error !== null}
        selected={chosen}
        onSelect={(model) => setChosen(model?.name)}
      />
    </Split>
  );
}

function columns(usersOf: (model: string) => readonly string[]): readonly Column<ModelSummary>[] {
  return [
    { id: 'name', title: 'Name', width: 180, cell: ({ name }) => name },
    {
      id: 'title',
      title: 'What it says',
      width: 'minmax(200px, 1fr)',
      cell: ({ title, error }) =>
        error === null ? title : <span className="text-bad">can’t be used: {error.message}</span>,
    },
    {
      id: 'inputs',
      title: 'Inputs',
      width: 72,
      align: 'right',
      cell: ({ inputs, error }) => (error === null ? <span className="figures">{inputs.length}</span> : null),
    },
    { id: 'output', title: 'Adds', width: 180, cell: ({ output }) => <span className="data">{output}</span> },
    {
      id: 'error',
      title: 'Error when trained',
      width: 140,
      align: 'right',
      cell: ({ metrics }) => (
        <span className="figures">{metrics.mae === undefined ? '' : metricText(metrics.mae)}</span>
      ),
    },
    {
      id: 'pipelines',
      title: 'Used by',
      width: 200,
      cell: ({ name }) => usersOf(name).join(', ') || <span className="text-faint">no pipeline</span>,
    },
  ];
}
