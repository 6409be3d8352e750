/** The stages in numbers. */
import type { Stage } from '#core/contract/pipeline.ts';
import { formatCount, formatMilliseconds, formatRate } from '../../lib/format.ts';

const heads = ['Records', 'Per second', 'Batch p50', 'Batch p99', 'Errors'] as const;
const kinds: Readonly<Record<Stage['id'], string>> = {
  source: 'read',
  decode: 'decode',
  model: 'score',
  sink: 'write',
};
const dash = '–';

export function StageTable({ stages }: { readonly stages: readonly Stage[] }) {
  if (stages.length === 0) return <p className="text-faint">Numbers appear once the pipeline runs.</p>;
  return (
    <table className="w-full border-collapse">
      <thead>
        <tr className="border-line border-b text-data text-faint">
          <th scope="col" className="h-[26px] text-left font-normal">
            Stage
          </th>
          {heads.map((head) => (
            <th key={head} scope="col" className="w-[15%] pl-3 text-right font-normal">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="figures">
        {stages.map((stage) => (
          <StageRow key={stage.id} stage={stage} />
        ))}
      </tbody>
    </table>
  );
}

function StageRow({ stage: { id, title, count, ratePerSecond, p50Ms, p99Ms, errors } }: { readonly stage: Stage }) {
  return (
    <tr className="border-line/55 border-b last:border-b-0">
      <th scope="row" className="h-row text-left font-normal">
        <span className="mr-2 text-faint">{kinds[id]}</span>
        {title}
      </th>
      <td className="text-right">{formatCount(count)}</td>
      <td className="text-right">{formatRate(ratePerSecond)}</td>
      <td className="text-right text-muted">{p50Ms === null ? dash : formatMilliseconds(p50Ms)}</td>
      <td className="text-right text-muted">{p99Ms === null ? dash : formatMilliseconds(p99Ms)}</td>
      <td className={`text-right ${errors > 0n ? 'text-bad' : 'text-muted'}`}>{formatCount(errors)}</td>
    </tr>
  );
}
