/** A pasted client.properties or librdkafka configuration, read into the form. Its secrets go to the workbench and stay there. */
import { useState } from 'react';
import type { ParsedProperties } from '#core/contract/connection.ts';
import { client } from '../../api/client.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { FailurePanel } from '../../ui/states.tsx';
import { TextField } from '../../ui/text-field.tsx';

interface PasteDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onParsed: (parsed: ParsedProperties) => void;
}

export function PasteDialog({ isOpen, onClose, onParsed }: PasteDialogProps) {
  const [text, setText] = useState('');
  const [error, setError] = useState<unknown>();
  const close = (): void => {
    setText('');
    setError(undefined);
    onClose();
  };
  const read = async (): Promise<void> => {
    try {
      onParsed(await client.connections.parseProperties({ text }));
      close();
    } catch (failure) {
      setError(failure);
    }
  };
  return (
    <Dialog
      title="Paste client settings"
      description="A Java client.properties, or what librdkafka and kcat take. Passwords in it become secrets; the file gets none."
      isOpen={isOpen}
      onClose={close}
      onSubmit={() => void read()}
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" look="primary" disabled={text.trim() === ''}>
            Fill the form
          </Button>
        </>
      }
    >
      <TextField label="Settings" isMono lines={12} autoFocus value={text} onChange={setText} placeholder={example} />
      {error !== undefined && (
        <div className="mt-3">
          <FailurePanel error={error} title="Reading the settings failed" />
        </div>
      )}
    </Dialog>
  );
}

const example = [
  'bootstrap.servers=kafka-1.example.com:9093',
  'security.protocol=SASL_SSL',
  'sasl.mechanism=SCRAM-SHA-512',
  'sasl.jaas.config=… username="ada" password="…";',
].join('\n');
