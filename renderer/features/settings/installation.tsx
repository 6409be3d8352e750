/** What runs here and where its files are, to copy. */
import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/client.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Section } from '../../ui/section.tsx';
import { FailurePanel, LoadingRows } from '../../ui/states.tsx';

export function Installation() {
  const { data, error, refetch } = useQuery(queries.system.info.queryOptions());
  return (
    <Section title="This installation">
      {data !== undefined ? (
        <dl>
          <Path name="Workspace" hint="Text files that a team commits" value={data.workspace} />
          <Path name="State" hint="This machine only: data, secrets, history" value={data.stateDir} />
          <Path name="Version" hint="" value={`${data.version}, Node ${data.node}, ${data.platform}`} />
        </dl>
      ) : error !== null ? (
        <FailurePanel error={error} title="Asking the workbench failed" onRetry={() => void refetch()} />
      ) : (
        <LoadingRows label="Asking the workbench" rows={2} />
      )}
    </Section>
  );
}

function Path({ name, hint, value }: { readonly name: string; readonly hint: string; readonly value: string }) {
  return (
    <div className="flex items-start gap-4 border-line/55 border-b py-1 last:border-b-0">
      <dt className="w-60 shrink-0">
        {name}
        {hint !== '' && <span className="block text-data text-faint">{hint}</span>}
      </dt>
      <dd className="flex min-w-0 flex-1 items-start gap-4">
        <span className="data wrap-anywhere min-w-0 flex-1 py-px">{value}</span>
        <CopyButton label={`Copy: ${name}`} text={() => value} />
      </dd>
    </div>
  );
}
