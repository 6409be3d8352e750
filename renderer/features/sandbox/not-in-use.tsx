/** In place of the sandbox's topics while another connection is in use: topics are read from that one. */
import { useConnections } from '../../api/connections.ts';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/section.tsx';
import { attempt } from '../../ui/toast.ts';
import { useConnectionActions } from '../../ui/use-connection-actions.ts';

export function NotInUse() {
  const current = useConnections().data?.current ?? '';
  const { use } = useConnectionActions();
  const choose = (): void => void attempt('connection', 'sandbox was not chosen', () => use('sandbox', current));
  return (
    <Section title="Topics" aside={<Button onClick={choose}>Use sandbox</Button>}>
      <p className="text-muted">Topics are read from {current} now. Use the sandbox to see its own.</p>
    </Section>
  );
}
