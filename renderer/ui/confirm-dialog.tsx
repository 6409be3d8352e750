/**
 * Asks before something that can't be undone: says what will happen, names the thing on its button. With `typed`, the name has to
 * be typed first, for what others would miss.
 *
 * It closes when the action is done; a failure stays in sight and can be tried again.
 */
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { FailurePanel } from './states.tsx';
import { TextField } from './text-field.tsx';

interface ConfirmDialogProps {
  readonly title: string;
  /** What will happen, to how much. */
  readonly children: ReactNode;
  /** Names the thing: `Delete orders`. */
  readonly verb: string;
  /** To be typed exactly before the button works. */
  readonly typed?: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onConfirm: () => Promise<unknown>;
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, children, verb, typed, isOpen, onClose, onConfirm } = props;
  const [text, setText] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const cancel = useRef<HTMLButtonElement>(null);
  const isAllowed = !isBusy && (typed === undefined || text === typed);
  useEffect(() => {
    if (isOpen) return;
    setText('');
    setError(undefined);
  }, [isOpen]);
  const confirm = async (): Promise<void> => {
    if (!isAllowed) return;
    setIsBusy(true);
    setError(undefined);
    try {
      await onConfirm();
      onClose();
    } catch (failure) {
      setError(failure);
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <Dialog
      title={title}
      isOpen={isOpen}
      onClose={onClose}
      isKept={isBusy}
      width="narrow"
      onSubmit={() => void confirm()}
      // Never the button that does it: Enter pressed by habit destroys nothing.
      {...(typed === undefined ? { initialFocus: cancel } : {})}
      footer={
        <>
          <Button ref={cancel} onClick={onClose} disabled={isBusy}>
            Cancel
          </Button>
          <Button type="submit" look="danger" disabled={!isAllowed}>
            {verb}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <div className="wrap-anywhere">{children}</div>
        {typed !== undefined && (
          <TextField label={`Type ${typed} to go on`} value={text} onChange={setText} isMono autoFocus />
        )}
        {error !== undefined && <FailurePanel error={error} title={`${title.replace(/\?$/, '')}: not done`} />}
      </div>
    </Dialog>
  );
}
