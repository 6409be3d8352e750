/** What runs, live: the main job as a picture with numbers, the feed, the processes, the sandbox. */
import { Workflow } from 'lucide-react';
import type { PipelineStatus } from '#core/contract/pipeline.ts';
import { useHasSnapshot, usePipelines, useSandbox } from '../../api/live.ts';
import { walkPipeline } from '../../lib/walk.ts';
import { PageFrame } from '../../ui/page-frame.tsx';
import { EmptyState, LoadingRows } from '../../ui/states.tsx';
import { FeedControl } from './feed-control.tsx';
import { MainJob } from './main-job.tsx';
import { Processes } from './processes.tsx';
import { RowsWritten } from './rows-written.tsx';
import { SandboxAddresses } from './sandbox-addresses.tsx';
import { StartupStrip } from './startup-strip.tsx';
import { Walk } from './walk.tsx';

export function HomePage() {
  const hasSnapshot = useHasSnapshot();
  return (
    <PageFrame title="Home" actions={<StartupStrip />}>
      {hasSnapshot ? <Overview /> : <LoadingRows label="Connecting to the workbench" />}
    </PageFrame>
  );
}

function Overview() {
  const pipelines = usePipelines();
  const job = mainJob(pipelines);
  const faulty = pipelines.find(({ name }) => name === walkPipeline);
  const sandbox = useSandbox();
  return (
    <div className="@container flex h-full flex-col overflow-y-auto">
      {job === undefined ? (
        <div className="border-line border-b">
          <EmptyState icon={Workflow} title="No pipeline in this workspace">
            A pipeline is a YAML file in the folder <code className="data">pipelines/</code> of the workspace: it reads
            a topic and writes to a table, exactly once.
          </EmptyState>
        </div>
      ) : (
        <MainJob job={job} />
      )}
      {faulty !== undefined && sandbox?.state === 'running' && <Walk pipeline={faulty} />}
      <div className="flex shrink-0 grow flex-col divide-line @4xl:flex-row @4xl:divide-x">
        <div className="flex min-w-0 flex-[1.7_1_0] flex-col divide-y divide-line">
          {job !== undefined && <RowsWritten job={job} />}
          <Processes />
        </div>
        <div className="min-w-0 flex-1 divide-y divide-line max-@4xl:border-line max-@4xl:border-t">
          {sandbox?.feed != null && <FeedControl feed={sandbox.feed} />}
          {sandbox !== undefined && <SandboxAddresses sandbox={sandbox} />}
        </div>
      </div>
    </div>
  );
}

/** The one that has run the longest: another that is started does not take its place. The walk's own only where it is alone. */
function mainJob(pipelines: readonly PipelineStatus[]): PipelineStatus | undefined {
  const others = pipelines.filter(({ name }) => name !== walkPipeline);
  const running = others.filter(({ state }) => state !== 'stopped').sort((a, b) => since(a) - since(b));
  return running[0] ?? others[0] ?? pipelines[0];
}

const since = ({ startedAt }: PipelineStatus): number => startedAt ?? Number.MAX_VALUE;
