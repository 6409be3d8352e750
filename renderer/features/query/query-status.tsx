/** What the query does or did: rows, time, what is left out, how to stop it. One line that is always there. */
import type { QueryStatus } from '#core/contract/sql.ts';
import { formatMilliseconds, plural } from '../../lib/format.ts';

interface QueryStatusLineProps {
  readonly status: QueryStatus | undefined;
  readonly isRunning: boolean;
}

export function QueryStatusLine({ status, isRunning }: QueryStatusLineProps) {
  return (
    <div className="relative flex h-7 shrink-0 items-center gap-3 border-line border-y px-4 text-muted">
      <p role="status" className="figures truncate">
        {status === undefined
          ? isRunning
            ? 'Sent to the engine'
            : 'Ctrl Enter runs what is written above'
          : words(status)}
      </p>
      {status?.isTruncated === true && (
        <p className="truncate text-warn">There are more rows: a LIMIT or a narrower WHERE shows the ones you need</p>
      )}
      {isRunning && (
        <span
          aria-hidden
          className="absolute -bottom-px left-0 h-[2px] bg-accent"
          style={{ width: `${Math.max(3, status?.percent ?? 3)}%` }}
        />
      )}
    </div>
  );
}

function words({ state, rows, rowsChanged, elapsedMs, percent, columns }: QueryStatus): string {
  const time = formatMilliseconds(elapsedMs);
  const amount = rowsChanged !== null ? `${plural(rowsChanged, 'row')} changed` : plural(rows, 'row');
  switch (state) {
    case 'running':
      return `Running, ${percent === null ? '' : `${Math.round(percent)} %, `}${rows > 0 ? `${amount} so far, ` : ''}${time}`;
    case 'done':
      return columns === null && rowsChanged === null ? `Done in ${time}` : `${amount} in ${time}`;
    case 'cancelled':
      return `Cancelled after ${time}${rows > 0 ? `: the ${amount} read until then stay` : ''}`;
    case 'failed':
      return `Failed after ${time}`;
  }
}
