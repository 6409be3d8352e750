/** Why the list of topics is empty, by the connection in use: nothing written yet, no right to see any, or denied on this machine. */
import { Rows3, ShieldBan } from 'lucide-react';
import { useCurrentConnection } from '../../api/connections.ts';
import { plural } from '../../lib/format.ts';
import { navigate } from '../../lib/location.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/states.tsx';

/** `internal`: so many are there and not shown. */
export function NoTopics({ internal }: { readonly internal: number }) {
  const connection = useCurrentConnection();
  if (internal > 0) {
    return (
      <EmptyState icon={Rows3} title="Only internal topics">
        The cluster has {plural(internal, 'internal topic')}, which the box above shows. Others appear here as soon as a
        program creates them or writes to them.
      </EmptyState>
    );
  }
  if (connection === undefined || connection.isBuiltIn) {
    return (
      <EmptyState icon={Rows3} title="No topics yet">
        A topic appears here as soon as a program creates it or writes to it. The sandbox’s address is on Home.
      </EmptyState>
    );
  }
  const { name, policy } = connection;
  if (policy.deniedTopics.length + policy.allowedTopics.length > 0) {
    return (
      <EmptyState
        icon={ShieldBan}
        title="No topic that this machine allows"
        action={<Button onClick={() => navigate('connections', name)}>Show the policy</Button>}
      >
        The policy of {name} denies the topics of its cluster here, or there are none.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={Rows3} title={`No topics in ${name}`}>
      The cluster answers and lists none. A cluster shows a user only what this user may describe: ask for the right to
      describe topics, or check which user the connection logs in as.
    </EmptyState>
  );
}
