/** Names and values in two columns, as an inspector shows them. */
import { Fragment, type ReactNode } from 'react';

export interface KeyValue {
  readonly name: string;
  readonly value: ReactNode;
}

export function KeyValues({ rows }: { readonly rows: readonly KeyValue[] }) {
  return (
    <dl className="data grid grid-cols-[minmax(72px,118px)_1fr] gap-x-2 px-3.5 py-2">
      {rows.map(({ name, value }) => (
        <Fragment key={name}>
          <dt className="truncate text-faint">{name}</dt>
          <dd className="wrap-anywhere min-w-0">{value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}
