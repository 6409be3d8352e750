/** The containers of this machine by compose project, or what was looked for where no engine answers. */
import { useQuery } from '@tanstack/react-query';
import { Container } from 'lucide-react';
import type { ContainerEngine, Stack, StackProject } from '#core/contract/stack.ts';
import { queries } from '../../api/client.ts';
import { plural } from '../../lib/format.ts';
import { Chip } from '../../ui/chip.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { Section } from '../../ui/section.tsx';
import { EmptyState, FailurePanel, LoadingRows } from '../../ui/states.tsx';
import { ContainerTable } from './container-table.tsx';
import { NoEngine } from './no-engine.tsx';

const refreshMs = 3_000;

export function StackPage() {
  const { data, error, refetch } = useQuery(queries.stack.get.queryOptions({ refetchInterval: refreshMs }));
  return (
    <PageFrame title="Stack" chips={data?.engine && <EngineChips engine={data.engine} />}>
      {data === undefined ? (
        error === null ? (
          <LoadingRows label="Looking for a container engine" />
        ) : (
          <div className="px-4 py-3">
            <FailurePanel error={error} title="Reading the containers failed" onRetry={() => void refetch()} />
          </div>
        )
      ) : data.engine === null ? (
        <NoEngine stack={data} onLookAgain={() => void refetch()} />
      ) : (
        <Projects stack={data} />
      )}
    </PageFrame>
  );
}

function EngineChips({ engine: { name, version, address, foundBy } }: { readonly engine: ContainerEngine }) {
  return (
    <>
      <Chip>
        {name} {version}
      </Chip>
      <span className="data truncate text-faint" title={`Found by ${foundBy}`}>
        {address}
      </span>
    </>
  );
}

function Projects({ stack: { projects } }: { readonly stack: Stack }) {
  if (projects.length === 0) {
    return (
      <EmptyState icon={Container} title="No container on this engine">
        What <code className="data">docker compose up</code> starts appears here, by its project, running or not.
      </EmptyState>
    );
  }
  return (
    <div className="h-full overflow-y-auto">
      {projects.map((project) => (
        <Section
          key={project.name ?? ''}
          title={project.name ?? 'In no project'}
          aside={<ProjectFacts project={project} />}
          className="border-line border-b last:border-b-0"
        >
          <ContainerTable containers={project.containers} label={project.name ?? 'Containers in no project'} />
        </Section>
      ))}
    </div>
  );
}

function ProjectFacts({ project: { folder, containers } }: { readonly project: StackProject }) {
  const running = containers.filter(({ state }) => state === 'running').length;
  return (
    <>
      {folder !== null && <span className="data truncate text-faint">{folder}</span>}
      <span className="figures whitespace-nowrap">
        {running} of {plural(containers.length, 'container')} running
      </span>
    </>
  );
}
