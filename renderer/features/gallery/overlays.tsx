import { EllipsisVertical, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { WorkbenchError } from '#core/contract/errors.ts';
import { startTask } from '../../api/tasks.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Menu } from '../../ui/menu.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { say, warn } from '../../ui/toast.ts';
import { Specimen } from './specimen.tsx';

export function Overlays() {
  const [open, setOpen] = useState<'dialog' | 'confirm'>();
  const [name, setName] = useState('orders');
  const [isPinned, setIsPinned] = useState(false);
  const close = (): void => setOpen(undefined);
  return (
    <Specimen name="Dialog, confirmation, menu, message, task">
      <Button onClick={() => setOpen('dialog')}>Rename</Button>
      <Button look="danger" icon={Trash2} onClick={() => setOpen('confirm')}>
        Delete orders
      </Button>
      <Menu
        trigger={<IconButton icon={EllipsisVertical} label="More for orders" />}
        groups={[
          [
            { title: 'Rename', icon: Pencil, run: () => setOpen('dialog') },
            { title: 'Pinned', checked: isPinned, run: () => setIsPinned(!isPinned) },
          ],
          [{ title: 'Delete orders', icon: Trash2, isDestructive: true, run: () => setOpen('confirm') }],
        ]}
      />
      <Button onClick={() => say({ about: 'gallery', title: 'orders renamed', undo: async () => {} })}>Say</Button>
      <Button onClick={() => warn({ about: 'gallery', title: 'analytics ended', description: 'restarting in 2 s' })}>
        Warn
      </Button>
      <Button onClick={startSample}>Start a task</Button>
      <Dialog
        title="Rename orders"
        description="Its records stay where they are."
        isOpen={open === 'dialog'}
        onClose={close}
        onSubmit={close}
        footer={
          <>
            <Button onClick={close}>Cancel</Button>
            <Button type="submit" look="primary">
              Rename
            </Button>
          </>
        }
      >
        <TextField label="Name" value={name} onChange={setName} isMono />
      </Dialog>
      <ConfirmDialog
        title="Delete orders?"
        verb="Delete orders"
        typed="orders"
        isOpen={open === 'confirm'}
        onClose={close}
        onConfirm={refuse}
      >
        All 1 204 records of the topic are gone for good. Two pipelines read it.
      </ConfirmDialog>
    </Specimen>
  );
}

/** So that the failed state can be seen. */
function refuse(): Promise<never> {
  throw new WorkbenchError('KAFKA_REJECTED', 'the broker does not allow topics to be deleted', {
    object: 'orders',
    nextStep: 'Ask who runs the cluster for delete.topic.enable.',
  });
}

function startSample(): void {
  let done = 0;
  const task = startTask({ title: 'Scan of orders', cancel: () => finish('cancelled') });
  const timer = setInterval(() => {
    done = Math.min(1, done + 0.01);
    task.update({ done, ratePerSecond: 1_210_000, unit: 'records' });
    if (done === 1) finish('done');
  }, 200);
  const finish = (state: 'done' | 'cancelled'): void => {
    clearInterval(timer);
    task.end(state);
  };
}
