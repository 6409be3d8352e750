/** Asks before writes are allowed on a read-only connection: for how long, and its name typed. */
import { useState } from 'react';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { Segmented } from './segmented.tsx';
import { useConnectionActions } from './use-connection-actions.ts';

interface UnlockDialogProps {
  readonly name: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

const choices = [5, 15, 60] as const;

export function UnlockDialog({ name, isOpen, onClose }: UnlockDialogProps) {
  const [minutes, setMinutes] = useState('15');
  const { unlock } = useConnectionActions();
  return (
    <ConfirmDialog
      title={`Unlock ${name}?`}
      verb={`Unlock ${name}`}
      typed={name}
      isOpen={isOpen}
      onClose={onClose}
      onConfirm={() => unlock(name, Number(minutes))}
    >
      <p className="mb-3">
        Until the time is over everything here may write to its Kafka: records, topics, offsets. Pipelines on it too.
        You can lock it again at any moment.
      </p>
      <Segmented
        label="For how long"
        value={minutes}
        onChange={setMinutes}
        options={choices.map((choice) => ({ value: String(choice), label: `${choice} minutes` }))}
      />
    </ConfirmDialog>
  );
}
