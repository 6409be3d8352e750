/** Says where secrets are kept when that is not in the encrypted file, and offers the next step. */
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import type { SecretsStatus } from '#core/contract/connection.ts';
import { client } from '../../api/client.ts';
import { toFailure } from '../../api/failure.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { say } from '../../ui/toast.ts';
import { useConnectionActions } from '../../ui/use-connection-actions.ts';
import { errorAt, fieldErrors } from './field-errors.ts';

export function SecretsNotice({ secrets }: { readonly secrets: SecretsStatus }) {
  const { kept, message, nextStep } = secrets;
  const [isOpen, setIsOpen] = useState(false);
  if (kept === 'file') return null;
  const verb = kept === 'memory' ? 'Choose a passphrase' : 'Enter the passphrase';
  return (
    <section
      aria-label="Secrets"
      className="mx-4 mt-3 flex items-start gap-3 rounded-control border border-warn/40 bg-warn-tint px-3 py-2.5"
    >
      <KeyRound size={16} aria-hidden className="mt-0.5 shrink-0 text-warn" />
      <div className="min-w-0 flex-1">
        <p className="wrap-anywhere">{message}</p>
        {nextStep !== null && <p className="wrap-anywhere text-muted">{nextStep}</p>}
      </div>
      <Button onClick={() => setIsOpen(true)}>{verb}</Button>
      <PassphraseDialog title={verb} isNew={kept === 'memory'} isOpen={isOpen} onClose={() => setIsOpen(false)} />
    </section>
  );
}

interface PassphraseDialogProps {
  readonly title: string;
  readonly isNew: boolean;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

function PassphraseDialog({ title, isNew, isOpen, onClose }: PassphraseDialogProps) {
  const [passphrase, setPassphrase] = useState('');
  const [error, setError] = useState<string>();
  const { refresh } = useConnectionActions();
  const close = (): void => {
    setPassphrase('');
    setError(undefined);
    onClose();
  };
  const open = async (): Promise<void> => {
    try {
      await client.connections.openSecrets({ passphrase });
      await refresh();
      say({ about: 'secrets', title: isNew ? 'Secrets are kept in an encrypted file now' : 'The secrets are open' });
      close();
    } catch (failure) {
      const errors = fieldErrors(failure);
      setError((errors && errorAt(errors, 'passphrase')) ?? toFailure(failure).message);
    }
  };
  return (
    <Dialog
      title={title}
      description={
        isNew
          ? 'It opens the secrets of this user, at each start. Nobody can recover it.'
          : 'The one that the secrets of this user were kept with.'
      }
      width="narrow"
      isOpen={isOpen}
      onClose={close}
      onSubmit={() => void open()}
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" look="primary">
            {isNew ? 'Keep secrets' : 'Open secrets'}
          </Button>
        </>
      }
    >
      <TextField
        label="Passphrase"
        type="password"
        autoFocus
        value={passphrase}
        onChange={setPassphrase}
        error={error}
        hint="At least 8 characters"
        autoComplete={isNew ? 'new-password' : 'current-password'}
      />
    </Dialog>
  );
}
