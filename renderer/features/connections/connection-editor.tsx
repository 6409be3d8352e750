/** The form of one connection with its test beside it; new or saved, it works the same. */
import { type ReactNode, useState } from 'react';
import type { LastTest, ParsedProperties, SecretsStatus } from '#core/contract/connection.ts';
import { client } from '../../api/client.ts';
import { toHref } from '../../lib/location.ts';
import { Button } from '../../ui/button.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { FailurePanel } from '../../ui/states.tsx';
import { ConnectionForm } from './connection-form.tsx';
import { type Draft, toInput, withParsed } from './draft.ts';
import { type FieldErrors, fieldErrors, noErrors } from './field-errors.ts';
import { ParsedNotice } from './parsed-notice.tsx';
import { PasteDialog } from './paste-dialog.tsx';
import { SecretsNotice } from './secrets-notice.tsx';
import { TestPanel } from './test-panel.tsx';
import { useConnectionTest } from './use-connection-test.ts';

interface ConnectionEditorProps {
  readonly title: string;
  /** As it is saved; another one needs another `key`. */
  readonly initial: Draft;
  readonly isNew: boolean;
  /** It can be looked at only; why stands in `above`. */
  readonly disabled?: boolean;
  readonly secrets: SecretsStatus | undefined;
  readonly lastTest?: LastTest | undefined;
  readonly chips?: ReactNode;
  /** Beside Save. */
  readonly actions?: ReactNode;
  readonly above?: ReactNode;
  /** Below the test. */
  readonly below?: ReactNode;
  readonly onSaved: (draft: Draft) => Promise<void>;
}

export function ConnectionEditor(props: ConnectionEditorProps) {
  const { title, initial, isNew, disabled = false, secrets, lastTest, chips, actions, above, below, onSaved } = props;
  const [saved] = useState(initial);
  const [draft, setDraft] = useState(saved);
  const [errors, setErrors] = useState<FieldErrors>(noErrors);
  const [failure, setFailure] = useState<unknown>();
  const [isSaving, setIsSaving] = useState(false);
  const [parsed, setParsed] = useState<ParsedProperties>();
  const [isPasting, setIsPasting] = useState(false);
  const test = useConnectionTest();
  const isChanged = draft !== saved;
  const change = (part: Partial<Draft>): void => {
    setDraft((before) => ({ ...before, ...part }));
    setErrors(noErrors);
    setFailure(undefined);
  };
  const show = (error: unknown): void => {
    const found = fieldErrors(error);
    setErrors(found ?? noErrors);
    setFailure(found === undefined ? error : undefined);
  };
  const save = async (): Promise<void> => {
    setIsSaving(true);
    setFailure(undefined);
    try {
      await client.connections.save({ ...toInput(draft), isNew });
      await onSaved(draft);
    } catch (error) {
      show(error);
    } finally {
      setIsSaving(false);
    }
  };
  const startTest = async (): Promise<void> => {
    setErrors(noErrors);
    setFailure(undefined);
    const refused = await test.start(isNew || isChanged ? { draft: toInput(draft) } : { name: draft.name });
    if (refused !== undefined) show(refused);
  };
  return (
    <PageFrame
      title={title}
      parent={{ title: 'Connections', href: toHref('connections') }}
      chips={chips}
      actions={
        <>
          {actions}
          {!disabled && <Button onClick={() => setIsPasting(true)}>Paste settings</Button>}
          <Button look="primary" onClick={() => void save()} disabled={disabled || isSaving || !(isNew || isChanged)}>
            Save
          </Button>
        </>
      }
    >
      <div className="@container flex h-full flex-col overflow-y-auto">
        {secrets !== undefined && <SecretsNotice secrets={secrets} />}
        {above}
        {parsed !== undefined && <ParsedNotice parsed={parsed} onClose={() => setParsed(undefined)} />}
        {failure !== undefined && (
          <div className="px-4 pt-3">
            <FailurePanel error={failure} title="Not done" />
          </div>
        )}
        <div className="flex min-h-0 flex-1 flex-col divide-line max-@4xl:divide-y @4xl:flex-row @4xl:divide-x">
          <div className="@container min-w-0 flex-[2]">
            <div className="max-w-[860px]">
              <ConnectionForm draft={draft} errors={errors} isNew={isNew} disabled={disabled} onChange={change} />
            </div>
          </div>
          <div className="min-w-[300px] flex-1 divide-y divide-line">
            <TestPanel
              test={test}
              last={isChanged ? undefined : lastTest}
              onStart={() => void startTest()}
              disabled={disabled}
            />
            {below}
          </div>
        </div>
      </div>
      <PasteDialog
        isOpen={isPasting}
        onClose={() => setIsPasting(false)}
        onParsed={(found) => {
          change(withParsed(draft, found));
          setParsed(found);
        }}
      />
    </PageFrame>
  );
}
