/** One tab for each common client; the one looked at last is shown first the next time. */
import { useStored } from '../../lib/stored.ts';
import { Tabs } from '../../ui/tabs.tsx';
import { TextView } from '../../ui/text.tsx';
import { type Addresses, clientSettings } from './client-settings.ts';

export function ClientSettingsPanel({ addresses }: { readonly addresses: Addresses }) {
  const settings = clientSettings(addresses);
  const [chosen, setChosen] = useStored<string>('sandbox.client', 'kafkajs');
  return (
    <section aria-labelledby="client-settings" className="flex h-80 shrink-0 flex-col">
      <div className="px-4 pt-3 pb-1">
        <h2 id="client-settings" className="flex min-h-[26px] items-center font-semibold">
          Connect your own client
        </h2>
        <p className="text-muted">Unchanged clients work: no password, no TLS, on this machine only.</p>
      </div>
      <Tabs
        value={settings.some(({ id }) => id === chosen) ? chosen : 'kafkajs'}
        onChange={setChosen}
        tabs={settings.map(({ id, title, file, text }) => ({
          id,
          title,
          content: <TextView label={`Settings for ${title}: ${file}`} text={text} />,
        }))}
      />
    </section>
  );
}
