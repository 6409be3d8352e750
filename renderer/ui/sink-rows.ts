/** How many rows stand in a sink's target, in words: counted, estimated, none yet, or why it is not known. */
import { useQuery } from '@tanstack/react-query';
import type { PipelineStatus } from '#core/contract/pipeline.ts';
import type { SinkState } from '#core/contract/reset.ts';
import { queries } from '../api/client.ts';
import { plural } from '../lib/format.ts';

const countedEachMs = 5_000;

/** What each sink's target holds, in the definition's order, counted again and again while the pipeline runs. */
export function useSinks({ name, state }: PipelineStatus): readonly SinkState[] {
  const { data } = useQuery(
    queries.pipelines.sinks.queryOptions({
      input: { name },
      retry: false,
      refetchInterval: state === 'running' ? countedEachMs : false,
    }),
  );
  return data ?? [];
}

export function rowsText(sink: Pick<SinkState, 'rows' | 'error'> | undefined): string {
  if (sink === undefined) return '';
  if (sink.error !== null) return 'rows not known';
  if (sink.rows === null) return 'no table yet';
  const { count, isExact } = sink.rows;
  return `${isExact ? '' : 'about '}${plural(count, 'row')}`;
}
