/** The sandbox as a connection: nothing to change, where to see it. */
import { Container } from 'lucide-react';
import { navigate, toHref } from '../../lib/location.ts';
import { Button } from '../../ui/button.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { EmptyState } from '../../ui/states.tsx';

export function BuiltIn() {
  return (
    <PageFrame title="sandbox" parent={{ title: 'Connections', href: toHref('connections') }}>
      <EmptyState
        icon={Container}
        title="The sandbox is built in"
        action={<Button onClick={() => navigate('sandbox')}>Show the sandbox</Button>}
      >
        Its addresses and password are its own: there is nothing to enter here. It can’t be removed.
      </EmptyState>
    </PageFrame>
  );
}
