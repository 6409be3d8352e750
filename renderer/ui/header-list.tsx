/** The headers of a record, in its own order. */
import { headerValue } from '../lib/exact.ts';
import { ValueText } from './value-text.tsx';

interface HeaderListProps {
  readonly headers: readonly { readonly name: string; readonly value: Uint8Array | null }[];
  /** Said where there are none. */
  readonly none: string;
}

/** Characters of one value; all of it is in the copied record. */
const shown = 4_000;

export function HeaderList({ headers, none }: HeaderListProps) {
  if (headers.length === 0) return <p className="px-3.5 py-2 text-faint">{none}</p>;
  return (
    <ul className="data px-3.5 py-2">
      {headers.map(({ name, value }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: names may repeat and the order is the record's
        <li key={index} className="mb-2">
          <div className="text-faint">{name}</div>
          <div className="wrap-anywhere">
            <ValueText value={headerValue(value)} limit={shown} />
          </div>
        </li>
      ))}
    </ul>
  );
}
