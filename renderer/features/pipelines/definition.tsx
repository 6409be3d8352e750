/** A pipeline's YAML as it is in the workspace, with the path of its file; read again when the file changes. */
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { queries } from '../../api/client.ts';
import { usePipelineFaults } from '../../api/live.ts';
import { CodeView } from '../../ui/code-view.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { FailurePanel, LoadingRows } from '../../ui/states.tsx';

export function Definition({ name }: { readonly name: string }) {
  const { data, error, refetch } = useQuery(
    queries.pipelines.source.queryOptions({ input: { name }, refetchOnMount: 'always' }),
  );
  const fault = usePipelineFaults().find(({ pipeline }) => pipeline === name);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the file was changed, to something wrong or back
  useEffect(() => void refetch(), [fault]);
  return (
    <div className="flex h-full flex-col">
      <div className="flex h-10 shrink-0 items-center gap-2 border-line border-b pr-2 pl-3.5">
        <h2 className="shrink-0 font-semibold">Definition</h2>
        {data !== undefined && (
          <>
            <span className="data ml-auto truncate pl-3 text-faint" title={data.file}>
              {data.file}
            </span>
            <CopyButton label="Copy the path" text={() => data.file} />
          </>
        )}
      </div>
      {fault !== undefined && (
        <div className="shrink-0 p-3">
          <FailurePanel
            error={fault.error}
            title="The file was changed and is no valid pipeline: its last good form runs"
            tone="warn"
          />
        </div>
      )}
      <div className="min-h-0 flex-1">
        {error !== null ? (
          <div className="p-3">
            <FailurePanel error={error} title="Reading the definition failed" onRetry={() => void refetch()} />
          </div>
        ) : data === undefined ? (
          <LoadingRows label="Reading the definition" />
        ) : (
          <CodeView label={`Definition of ${name}`} code={data.text} language="yaml" />
        )}
      </div>
    </div>
  );
}
