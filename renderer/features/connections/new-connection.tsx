/** An empty form; what is saved opens under its name. */
import { useConnections } from '../../api/connections.ts';
import { navigate } from '../../lib/location.ts';
import { say } from '../../ui/toast.ts';
import { aboutConnection, useConnectionActions } from '../../ui/use-connection-actions.ts';
import { ConnectionEditor } from './connection-editor.tsx';
import { emptyDraft } from './draft.ts';

export function NewConnection() {
  const { data } = useConnections();
  const { refresh } = useConnectionActions();
  return (
    <ConnectionEditor
      title="New connection"
      initial={emptyDraft}
      isNew
      secrets={data?.secrets}
      onSaved={async ({ name }) => {
        await refresh();
        say({ about: aboutConnection(name), title: `${name} saved in connections/${name}.yaml` });
        navigate('connections', name);
      }}
    />
  );
}
