/**
 * `#/pipelines` lists them, `#/pipelines/flights-to-postgres` shows one; `…/dead-letters` its dead letters, `…/dead-letters/0@12`
 * one of them, `…/dead-letters/0@12/fix` begins to mend it.
 */
import { PipelineList } from './pipeline-list.tsx';
import { PipelinePage } from './pipeline-page.tsx';

export function PipelinesPage({ path: [name, view, letterId, verb] }: { readonly path: readonly string[] }) {
  if (name === undefined) return <PipelineList />;
  const letter = { letterId, isEditing: verb === 'fix' };
  return <PipelinePage name={name} view={view === 'dead-letters' ? view : 'overview'} {...letter} />;
}
