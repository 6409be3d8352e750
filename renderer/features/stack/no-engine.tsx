/** No container engine answers: what was looked for, what each place said, and what to do. */
import { SearchX } from 'lucide-react';
import type { Stack } from '#core/contract/stack.ts';
import { Button } from '../../ui/button.tsx';

interface NoEngineProps {
  readonly stack: Stack;
  readonly onLookAgain: () => void;
}

export function NoEngine({ stack: { tries, nextStep }, onLookAgain }: NoEngineProps) {
  return (
    <div className="h-full overflow-y-auto px-6 py-8">
      <div className="mx-auto max-w-[760px]">
        <SearchX size={28} strokeWidth={1.25} aria-hidden className="mb-2 text-faint" />
        <h2 className="font-semibold text-title">No container engine answers</h2>
        <p className="mt-1 text-muted">{nextStep}</p>
        <div className="my-4">
          <Button onClick={onLookAgain}>Look again</Button>
        </div>
        <table aria-label="Where it was looked for" className="w-full border-collapse">
          <thead>
            <tr className="border-line border-b text-left text-data text-faint">
              <th scope="col" className="h-[26px] pr-3 font-normal">
                Looked for
              </th>
              <th scope="col" className="pr-3 font-normal">
                At
              </th>
              <th scope="col" className="font-normal">
                Found
              </th>
            </tr>
          </thead>
          <tbody>
            {tries.map(({ place, address, outcome }) => (
              <tr key={`${place} ${address}`} className="border-line/55 border-b align-top last:border-b-0">
                <td className="whitespace-nowrap py-1 pr-3">{place}</td>
                <td className="data wrap-anywhere py-1 pr-3 text-muted">{address ?? 'no address'}</td>
                <td className="py-1 text-muted">{outcome}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
