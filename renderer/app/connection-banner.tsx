/** Says that the host does not answer and what is done about it. The last data stays on screen below, marked as old. */
import { PlugZap, Unplug } from 'lucide-react';
import { tryConnectionNow } from '../api/client.ts';
import { useConnection } from '../api/connection.ts';
import { useSnapshotTime } from '../api/live.ts';
import { formatTime } from '../lib/format.ts';
import { useNow } from '../lib/now.ts';
import { Button } from '../ui/button.tsx';

export function ConnectionBanner() {
  const { phase } = useConnection();
  return (
    <div aria-live="polite" className="shrink-0">
      {phase === 'lost' && <Lost />}
      {phase === 'refused' && <Refused />}
    </div>
  );
}

function Lost() {
  const { nextTryAt } = useConnection();
  const now = useNow(500);
  const shownFrom = useSnapshotTime();
  const seconds = nextTryAt === null ? 0 : Math.max(0, Math.ceil((nextTryAt - now) / 1000));
  return (
    <div className="flex items-center gap-2.5 border-warn/40 border-b bg-warn-tint px-4 py-1.5">
      <Unplug size={15} aria-hidden className="text-warn" />
      <strong className="font-semibold">Connection lost, trying again</strong>
      <span aria-hidden className="text-muted">
        {seconds > 0 ? `in ${seconds} s.` : '…'}
      </span>
      {shownFrom !== undefined && (
        <span className="figures text-muted">What you see is from {formatTime(new Date(shownFrom)).slice(0, 8)}.</span>
      )}
      <Button className="ml-auto" onClick={tryConnectionNow}>
        Try now
      </Button>
    </div>
  );
}

function Refused() {
  return (
    <div className="flex items-center gap-2.5 border-bad/40 border-b bg-bad-tint px-4 py-2">
      <PlugZap size={15} aria-hidden className="text-bad" />
      <strong className="font-semibold">Mercury Workbench was started again.</strong>
      <span className="text-muted">Open the address that it printed: it holds the key of the new session.</span>
    </div>
  );
}
