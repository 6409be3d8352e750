/** The sandbox's topics, largest first, each a link to its records. */
import { useQuery } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { client, queries } from '../../api/client.ts';
import { formatBytes, formatCount, plural } from '../../lib/format.ts';
import { toHref } from '../../lib/location.ts';
import { IconButton } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Section } from '../../ui/section.tsx';
import { FailurePanel, LoadingRows } from '../../ui/states.tsx';

const refreshMs = 3_000;
const cell = 'h-row whitespace-nowrap px-2 first:pl-0 last:pr-0';
const head = 'h-[26px] px-2 font-normal text-data text-faint first:pl-0 last:pr-0';

export function SandboxTopics() {
  const [leaving, setLeaving] = useState<{ readonly name: string; readonly records: bigint }>();
  const { data, error, refetch } = useQuery(queries.topics.list.queryOptions({ refetchInterval: refreshMs }));
  if (data === undefined) {
    if (error === null) return <LoadingRows label="Reading the topics" rows={3} />;
    return (
      <div className="px-4 py-3">
        <FailurePanel error={error} title="Reading the topics failed" onRetry={() => void refetch()} />
      </div>
    );
  }
  const topics = data.filter(({ internal }) => !internal).sort((a, b) => Number((b.bytes ?? -1n) - (a.bytes ?? -1n)));
  return (
    <Section title="Topics">
      {topics.length === 0 ? (
        <p className="text-muted">None yet: a client that writes to a topic creates it.</p>
      ) : (
        <table className="w-full border-collapse">
          <thead>
            <tr className="border-line border-b">
              <th scope="col" className={`${head} w-full text-left`}>
                Name
              </th>
              {['Partitions', 'Records', 'Size'].map((title) => (
                <th key={title} scope="col" className={`${head} text-right`}>
                  {title}
                </th>
              ))}
              <th scope="col" className={head}>
                <span className="sr-only">Delete</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {topics.map(({ name, partitions, records, bytes }) => (
              <tr key={name} className="border-line/55 border-b last:border-b-0">
                <td className={cell}>
                  <a href={toHref('topics', name)} className="rounded-small hover:text-accent hover:underline">
                    {name}
                  </a>
                </td>
                <td className={`${cell} figures text-right text-muted`}>{partitions}</td>
                <td className={`${cell} figures text-right`}>{formatCount(records)}</td>
                <td className={`${cell} figures text-right`}>
                  {bytes === null ? <span className="text-faint">not told</span> : formatBytes(bytes)}
                </td>
                <td className={cell}>
                  <IconButton
                    icon={Trash2}
                    label={`Delete the topic ${name}`}
                    onClick={() => setLeaving({ name, records })}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <ConfirmDialog
        title={`Delete the topic ${leaving?.name ?? ''}?`}
        verb={`Delete ${leaving?.name ?? ''}`}
        isOpen={leaving !== undefined}
        onClose={() => setLeaving(undefined)}
        onConfirm={async () => {
          await client.sandbox.deleteTopic({ name: leaving!.name });
          await refetch();
        }}
      >
        {plural(leaving?.records ?? 0n, 'record')} and what groups have committed in it are gone for good.
      </ConfirmDialog>
    </Section>
  );
}
