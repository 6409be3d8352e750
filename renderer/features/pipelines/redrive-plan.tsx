/** What a redrive would send, where to, and whether the pipeline would take it. */
import { Check, TriangleAlert } from 'lucide-react';
import type { RedrivePlan } from '#core/contract/dead-letter.ts';
import { formatBytes, formatCount, plural } from '../../lib/format.ts';
import { ValueText } from '../../ui/value-text.tsx';

export function RedrivePlanView({ plan }: { readonly plan: RedrivePlan }) {
  const { topic, partition, key, sizeBytes, headers, headersLeftBehind, isSendable } = plan;
  return (
    <section aria-label="What would be sent" className="rounded-control border border-line bg-bg px-3 py-2">
      {isSendable && (
        <p className="wrap-anywhere">
          To <span className="data">{topic}</span>, partition <span className="figures">{formatCount(partition)}</span>,
          with the key <ValueText value={key.value} limit={120} />, {formatBytes(sizeBytes)},{' '}
          {plural(headers, 'header')};{' '}
          <span className="text-muted">
            the {plural(headersLeftBehind, 'header')} of the dead letter stay{headersLeftBehind === 1 ? 's' : ''}{' '}
            behind.
          </span>
        </p>
      )}
      <Verdict plan={plan} />
    </section>
  );
}

function Verdict({ plan: { problem, isSendable } }: { readonly plan: RedrivePlan }) {
  if (problem === null) {
    return (
      <p role="status" className="flex items-start gap-2 text-ok">
        <Check size={15} aria-hidden className="mt-0.5 shrink-0" />
        The pipeline can read it.
      </p>
    );
  }
  return (
    <p role="status" className={`wrap-anywhere flex items-start gap-2 ${isSendable ? 'text-warn' : 'text-bad'}`}>
      <TriangleAlert size={15} aria-hidden className="mt-0.5 shrink-0" />
      <span>
        {isSendable ? 'It would be set aside again: ' : ''}
        {problem.message}.
      </span>
    </p>
  );
}
