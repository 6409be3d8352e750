/** `#/pipelines` lists them, `#/pipelines/flights-to-postgres` shows one. */
import { PipelineList } from './pipeline-list.tsx';
import { PipelinePage } from './pipeline-page.tsx';

export function PipelinesPage({ path: [name] }: { readonly path: readonly string[] }) {
  return name === undefined ? <PipelineList /> : <PipelinePage name={name} />;
}
