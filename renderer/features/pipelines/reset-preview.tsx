/** What a reset would change: for each sink its partitions from and to, and what that means for its rows. */
import type { ResetPreview, ResetSink } from '#core/contract/reset.ts';
import { formatCount, plural } from '../../lib/format.ts';
import { rowsText } from '../../ui/sink-rows.ts';

interface ResetPreviewProps {
  readonly preview: ResetPreview;
  readonly empties: boolean;
}

export function ResetPreviewView({ preview, empties }: ResetPreviewProps) {
  return (
    <div className="flex flex-col gap-3">
      {preview.sinks.map((sink) => (
        <section key={sink.name} aria-label={sink.title} className="rounded-control border border-line">
          <div className="flex min-h-row items-center gap-3 border-line border-b px-3">
            <h3 className="font-semibold">{sink.title}</h3>
            <span className="figures text-muted">{rowsText(sink)}</span>
          </div>
          <Effects sink={sink} empties={empties} />
          <Partitions sink={sink} />
        </section>
      ))}
    </div>
  );
}

function Effects({ sink: { again, skipped, rows }, empties }: { readonly sink: ResetSink; readonly empties: boolean }) {
  const count = rows?.count ?? 0n;
  return (
    <ul className="px-3 py-2">
      {empties && count > 0n && <li className="text-bad">{plural(count, 'row')} removed, whoever wrote them</li>}
      {again > 0n && (
        <li>
          {plural(again, 'record')} read again
          {empties ? '' : ': a row of the same key is written over, none is doubled'}
        </li>
      )}
      {skipped > 0n && <li className="text-bad">{plural(skipped, 'record')} skipped: they never reach this sink</li>}
      {again === 0n && skipped === 0n && <li className="text-muted">Offsets stay where they are</li>}
    </ul>
  );
}

const cell = 'h-row px-3 text-right';

function Partitions({ sink: { partitions } }: { readonly sink: ResetSink }) {
  return (
    <div className="max-h-56 overflow-y-auto border-line border-t">
      <table className="w-full border-collapse">
        <thead>
          <tr className="text-data text-faint">
            {['Partition', 'Stands at', 'Goes on at', 'Topic holds'].map((title) => (
              <th key={title} scope="col" className={`${cell} font-normal`}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="figures">
          {partitions.map(({ partition, current, next, earliest, latest }) => (
            <tr key={partition} className="border-line/55 border-t">
              <td className={cell}>{formatCount(partition)}</td>
              <td className={`${cell} text-muted`}>{current === null ? 'the beginning' : formatCount(current)}</td>
              <td className={cell}>{formatCount(next)}</td>
              <td className={`${cell} text-muted`}>
                {formatCount(earliest)} to {formatCount(latest)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
