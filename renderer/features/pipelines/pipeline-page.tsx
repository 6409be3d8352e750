/** One pipeline: how it is doing and what it is (its YAML), or its dead letters. */
import { CircleHelp, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import type { PipelineStatus } from '#core/contract/pipeline.ts';
import { useHasSnapshot, usePipeline } from '../../api/live.ts';
import { formatCount } from '../../lib/format.ts';
import { navigate, toHref } from '../../lib/location.ts';
import { Button } from '../../ui/button.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { PipelineActions } from '../../ui/pipeline-actions.tsx';
import { PipelineFailure } from '../../ui/pipeline-failure.tsx';
import { Split } from '../../ui/split.tsx';
import { StateChip } from '../../ui/state.tsx';
import { EmptyState, FailurePanel, LoadingRows } from '../../ui/states.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { DeadLetters } from './dead-letters.tsx';
import { Definition } from './definition.tsx';
import { Overview } from './overview.tsx';
import { ResetDialog } from './reset-dialog.tsx';

const parent = { title: 'Pipelines', href: toHref('pipelines') };

interface PipelinePageProps {
  readonly name: string;
  readonly view: 'overview' | 'dead-letters';
  readonly letterId: string | undefined;
  readonly isEditing: boolean;
}

export function PipelinePage(props: PipelinePageProps) {
  const { name } = props;
  const hasSnapshot = useHasSnapshot();
  const pipeline = usePipeline(name);
  if (pipeline !== undefined) return <KnownPipeline {...props} pipeline={pipeline} />;
  return (
    <PageFrame title={name} parent={parent}>
      {hasSnapshot ? <Unknown name={name} /> : <LoadingRows label="Reading the pipeline" />}
    </PageFrame>
  );
}

function KnownPipeline({ name, view, pipeline, ...letter }: PipelinePageProps & { readonly pipeline: PipelineStatus }) {
  const [failure, setFailure] = useState<unknown>();
  const [isResetting, setIsResetting] = useState(false);
  const deadLettered = pipeline.progress?.deadLettered ?? 0n;
  return (
    <PageFrame
      title={name}
      parent={parent}
      chips={<StateChip state={pipeline.state} announce />}
      actions={
        <>
          <Button icon={RotateCcw} onClick={() => setIsResetting(true)}>
            Reset
          </Button>
          <PipelineActions pipeline={pipeline} onFailure={setFailure} />
        </>
      }
    >
      <div className="flex h-full flex-col">
        {failure !== undefined && (
          <div className="shrink-0 px-4 pt-3">
            <FailurePanel error={failure} title={`${name} did not do that`} />
          </div>
        )}
        {pipeline.error !== null && (
          <div className="shrink-0 px-4 py-3">
            <PipelineFailure pipeline={pipeline} />
          </div>
        )}
        <Tabs
          value={view}
          onChange={(id) => navigate('pipelines', name, ...(id === 'overview' ? [] : [id]))}
          tabs={[
            { id: 'overview', title: 'Overview', content: view === 'overview' && <OverviewTab pipeline={pipeline} /> },
            {
              id: 'dead-letters',
              title: (
                <>
                  Dead letters
                  {deadLettered > 0n && <span className="figures text-warn">{formatCount(deadLettered)}</span>}
                </>
              ),
              content: view === 'dead-letters' && <DeadLetters pipeline={pipeline} {...letter} />,
            },
          ]}
        />
      </div>
      <ResetDialog pipeline={pipeline} isOpen={isResetting} onClose={() => setIsResetting(false)} />
    </PageFrame>
  );
}

function OverviewTab({ pipeline }: { readonly pipeline: PipelineStatus }) {
  return (
    <Split name="pipeline" label="Definition" defaultWidth={340} aside={<Definition name={pipeline.name} />}>
      <div className="h-full overflow-y-auto">
        <Overview pipeline={pipeline} />
      </div>
    </Split>
  );
}

function Unknown({ name }: { readonly name: string }) {
  return (
    <EmptyState
      icon={CircleHelp}
      title={`There is no pipeline ${name}`}
      action={
        <a href={toHref('pipelines')} className="text-accent underline">
          All pipelines
        </a>
      }
    >
      Its file may have been renamed or removed from the folder <code className="data">pipelines/</code> of the
      workspace.
    </EmptyState>
  );
}
