/** `#/connections` lists them, `#/connections/new` begins one, `#/connections/orders-test` shows one to test and change. */
import { BuiltIn } from './built-in.tsx';
import { ConnectionList } from './connection-list.tsx';
import { EditConnection } from './edit-connection.tsx';
import { NewConnection } from './new-connection.tsx';

export function ConnectionsPage({ path: [name] }: { readonly path: readonly string[] }) {
  if (name === undefined) return <ConnectionList />;
  if (name === 'sandbox') return <BuiltIn />;
  return name === 'new' ? <NewConnection /> : <EditConnection key={name} name={name} />;
}
