/** What the user prefers, where the files are, and the way back to how everything was. All of it is in force at once. */
import { RotateCcw } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { type Preferences, prefer, usePreferences } from '../../lib/preferences.ts';
import { openRunDockForLongTasks, useRunDock } from '../../lib/run-dock.ts';
import { forgetStored } from '../../lib/stored.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { Section } from '../../ui/section.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { Switch } from '../../ui/switch.tsx';
import { Installation } from './installation.tsx';

export function SettingsPage() {
  return (
    <PageFrame title="Settings">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <div tabIndex={0} className="h-full overflow-auto focus-visible:-outline-offset-2">
        <div className="flex max-w-3xl flex-col divide-y divide-line pb-6">
          <Appearance />
          <Formats />
          <Window />
          <Installation />
        </div>
      </div>
    </PageFrame>
  );
}

function Appearance() {
  return (
    <Section title="Appearance">
      <Choice
        name="theme"
        label="Theme"
        options={[
          { value: 'system', label: 'As the system' },
          { value: 'dark', label: 'Dark' },
          { value: 'light', label: 'Light' },
        ]}
      />
      <Choice
        name="density"
        label="Height of rows"
        options={[
          { value: 'compact', label: 'Compact' },
          { value: 'normal', label: 'Normal' },
          { value: 'roomy', label: 'Roomy' },
        ]}
      />
    </Section>
  );
}

function Formats() {
  return (
    <Section title="Numbers and times">
      <Choice
        name="timeZone"
        label="Times"
        hint="Of records, dead letters, tests and crashes. A value inside a record stays as it was written."
        options={[
          { value: 'local', label: `Local (${Intl.DateTimeFormat().resolvedOptions().timeZone})` },
          { value: 'utc', label: 'UTC' },
        ]}
      />
      <Choice
        name="digits"
        label="Counts"
        hint="Offsets and numbers of records too; values inside a record have no separators."
        options={[
          { value: 'space', label: '336 776' },
          { value: 'comma', label: '336,776' },
          { value: 'none', label: '336776' },
        ]}
      />
    </Section>
  );
}

function Window() {
  const { opensByItself } = useRunDock();
  const [isAsking, setIsAsking] = useState(false);
  return (
    <Section title="Window">
      <div className="py-1.5">
        <Switch
          label="Show what runs when a task takes long"
          hint="The dock below opens after five seconds. Ctrl J opens and closes it at any time."
          checked={opensByItself}
          onChange={openRunDockForLongTasks}
        />
      </div>
      <Row label="Layout" hint="Open tabs, their places and sizes, the columns of tables. Nothing of your data.">
        <Button icon={RotateCcw} onClick={() => setIsAsking(true)}>
          Put the layout back
        </Button>
      </Row>
      <ConfirmDialog
        title="Put the layout back?"
        verb="Put the layout back"
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        onConfirm={async () => {
          forgetStored(['layout', 'table.', 'split.', 'dock']);
          location.reload();
        }}
      >
        All tabs but this one close, tables and panels get their first sizes, and the window is drawn again. What is
        typed on the page Query is forgotten too.
      </ConfirmDialog>
    </Section>
  );
}

interface ChoiceProps<Name extends keyof Preferences> {
  readonly name: Name;
  readonly label: string;
  readonly hint?: string;
  readonly options: readonly { readonly value: Preferences[Name]; readonly label: string }[];
}

function Choice<Name extends keyof Preferences>({ name, label, hint, options }: ChoiceProps<Name>) {
  const value = usePreferences((preferences) => preferences[name]);
  return (
    <Row label={label} {...(hint === undefined ? {} : { hint })}>
      <Segmented
        label={label}
        options={options}
        value={value}
        onChange={(next) => prefer({ [name]: next } as Pick<Preferences, Name>)}
      />
    </Row>
  );
}

function Row({
  label,
  hint,
  children,
}: {
  readonly label: string;
  readonly hint?: string;
  readonly children: ReactNode;
}) {
  return (
    <div className="flex flex-wrap items-start gap-x-6 gap-y-1 py-1.5">
      <div className="min-w-60 flex-1">
        {label}
        {hint !== undefined && <p className="max-w-[60ch] text-data text-faint">{hint}</p>}
      </div>
      {children}
    </div>
  );
}
