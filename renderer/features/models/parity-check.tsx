/** Lets this machine compute the rows whose outputs the trainer saw, and says whether they are the same. */
import { useMutation } from '@tanstack/react-query';
import { Scale } from 'lucide-react';
import type { ModelCardView, ModelParity } from '#core/contract/model.ts';
import { queries } from '../../api/client.ts';
import { plural } from '../../lib/format.ts';
import { Button } from '../../ui/button.tsx';
import { Dot } from '../../ui/chip.tsx';
import { Section } from '../../ui/section.tsx';
import { FailurePanel } from '../../ui/states.tsx';

export function ParityCheck({ name, parity }: Pick<ModelCardView, 'name' | 'parity'>) {
  const check = useMutation(queries.models.checkParity.mutationOptions());
  const canCheck = parity !== null && parity.fault === null;
  return (
    <Section
      title="Parity"
      className="border-line border-t"
      aside={
        canCheck && (
          <Button icon={Scale} disabled={check.isPending} onClick={() => check.mutate({ name })}>
            {check.isPending ? 'Computing…' : 'Check parity'}
          </Button>
        )
      }
    >
      <p className="text-muted">
        {parity === null
          ? 'The card names no rows: whether this machine computes what the trainer saw can’t be checked.'
          : (parity.fault ?? `${plural(parity.rows ?? 0, 'row')} with what the trainer saw, in ${parity.file}.`)}
      </p>
      <div role="status" className="mt-1">
        {check.data !== undefined && <Verdict parity={check.data} />}
      </div>
      {check.error !== null && (
        <div className="mt-2">
          <FailurePanel error={check.error} title="Checking parity failed" />
        </div>
      )}
    </Section>
  );
}

function Verdict({ parity: { rows, differing, worst, unit } }: { readonly parity: ModelParity }) {
  const isSame = differing === 0;
  const most = worst === null ? 'no number' : `${Number(worst.toPrecision(2))}${unit === null ? '' : ` ${unit}`}`;
  return (
    <p className={isSame ? 'text-ok' : 'text-bad'}>
      <Dot tone={isSame ? 'ok' : 'bad'} />{' '}
      {isSame
        ? `Passed: all ${plural(rows, 'row')} within the tolerance, largest difference ${most}.`
        : `Failed: ${differing} of ${plural(rows, 'row')} differ, the largest by ${most}. Don’t trust its predictions here.`}
    </p>
  );
}
