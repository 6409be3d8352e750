/** One entry whole: when, from where, how it ended, and what was asked for without its secrets. */
import { X } from 'lucide-react';
import type { JournalEntry } from '#core/contract/journal.ts';
import { formatDateTime, formatMilliseconds } from '../../lib/format.ts';
import { IconButton } from '../../ui/button.tsx';
import { CodeView } from '../../ui/code-view.tsx';
import { KeyValues } from '../../ui/key-values.tsx';
import { FailurePanel } from '../../ui/states.tsx';
import { actionText, originText, ResultText, thingHref, thingText } from './entry-text.tsx';

interface EntryInspectorProps {
  readonly entry: JournalEntry;
  readonly onClose: () => void;
}

export function EntryInspector({ entry, onClose }: EntryInspectorProps) {
  const { at, durationMs, method, connection, error, input } = entry;
  return (
    <div className="flex h-full flex-col">
      <div className="flex h-10 shrink-0 items-center gap-2 pr-2 pl-3.5">
        <h2 className="truncate font-semibold">{actionText(entry)}</h2>
        <div className="ml-auto">
          <IconButton icon={X} label="Close the entry" keys={['Esc']} onClick={onClose} />
        </div>
      </div>
      {error !== null && (
        <div className="shrink-0 px-3.5 pb-2">
          <FailurePanel error={error} title="It was not done" />
        </div>
      )}
      <KeyValues
        rows={[
          { name: 'time', value: formatDateTime(new Date(at)) },
          { name: 'took', value: formatMilliseconds(durationMs) },
          {
            name: 'on',
            value: (
              <a href={thingHref(entry)} className="rounded-small text-accent hover:underline">
                {thingText(entry)}
              </a>
            ),
          },
          { name: 'connection', value: connection ?? 'none' },
          { name: 'from', value: originText(entry) },
          { name: 'result', value: <ResultText error={error} /> },
          { name: 'method', value: method },
        ]}
      />
      <h3 className="shrink-0 border-line border-t px-3.5 pt-3 pb-1 font-semibold">Asked for</h3>
      {input === null || input === undefined ? (
        <p className="px-3.5 pb-3 text-muted">
          {error?.code === 'INVALID_INPUT' ? 'Not kept: it does not fit the method.' : 'Nothing more.'}
        </p>
      ) : (
        <div className="min-h-0 flex-1">
          <CodeView label="What was asked for" code={JSON.stringify(input, null, 2)} language="json" />
        </div>
      )}
    </div>
  );
}
