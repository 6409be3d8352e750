/** A topic of the sandbox: name, partitions, what happens to old records. */
import { useState } from 'react';
import type { CleanupPolicy } from '#core/contract/sandbox.ts';
import { client } from '../../api/client.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { type Option, Select } from '../../ui/select.tsx';
import { FailurePanel } from '../../ui/states.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { say } from '../../ui/toast.ts';

const policies: readonly Option<CleanupPolicy>[] = [
  { value: 'delete', label: 'Delete', note: 'records older than 7 days go' },
  { value: 'compact', label: 'Compact', note: 'the newest of each key stays' },
  { value: 'compact,delete', label: 'Compact and delete', note: 'both' },
];
const mostPartitions = 1_000;

interface AddTopicDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onAdded: () => void;
}

export function AddTopicDialog({ isOpen, ...rest }: AddTopicDialogProps) {
  // Mounted anew each time: it begins empty.
  return isOpen ? <OpenDialog {...rest} /> : null;
}

function OpenDialog({ onClose, onAdded }: Omit<AddTopicDialogProps, 'isOpen'>) {
  const [name, setName] = useState('');
  const [partitions, setPartitions] = useState('3');
  const [cleanupPolicy, setCleanupPolicy] = useState<CleanupPolicy>('delete');
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const wrongName = nameFault(name);
  const wrongPartitions = partitionsFault(partitions);
  const isReady = name !== '' && wrongName === undefined && wrongPartitions === undefined && !isBusy;
  const add = async (): Promise<void> => {
    if (!isReady) return;
    setIsBusy(true);
    setError(undefined);
    try {
      await client.sandbox.createTopic({ name, partitions: Number(partitions), cleanupPolicy });
      say({ about: `topic ${name}`, title: `Topic ${name} added` });
      onAdded();
      onClose();
    } catch (failure) {
      setError(failure);
      setIsBusy(false);
    }
  };
  return (
    <Dialog
      title="Add topic"
      isOpen
      onClose={onClose}
      isKept={isBusy}
      width="narrow"
      onSubmit={() => void add()}
      footer={
        <>
          <Button onClick={onClose} disabled={isBusy}>
            Cancel
          </Button>
          <Button type="submit" look="primary" disabled={!isReady}>
            Add topic
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <TextField
          label="Name"
          value={name}
          onChange={setName}
          error={wrongName}
          isMono
          autoFocus
          placeholder="orders"
        />
        <TextField
          label="Partitions"
          type="number"
          value={partitions}
          onChange={setPartitions}
          error={wrongPartitions}
          hint="More can be added later, never fewer"
        />
        <Select label="Cleanup policy" options={policies} value={cleanupPolicy} onChange={setCleanupPolicy} />
        {error !== undefined && <FailurePanel error={error} title="Not added" />}
      </div>
    </Dialog>
  );
}

function nameFault(name: string): string | undefined {
  if (name === '' || /^[a-zA-Z0-9._-]{1,249}$/.test(name)) return undefined;
  return 'Letters, digits, dots, dashes and underscores only';
}

function partitionsFault(text: string): string | undefined {
  const count = Number(text);
  return Number.isInteger(count) && count >= 1 && count <= mostPartitions ? undefined : `1 to ${mostPartitions}`;
}
