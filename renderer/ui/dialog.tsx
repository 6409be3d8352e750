/** A window over the page for one task. Esc and a click beside it close it; the focus goes back to where it was. */
import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import type { FormEvent, ReactNode, RefObject } from 'react';
import { classes } from '../lib/classes.ts';

export interface DialogProps {
  readonly title: string;
  /** One sentence under the title: what it does, on what. */
  readonly description?: ReactNode;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children?: ReactNode;
  /** The buttons, at the right, the primary one last. */
  readonly footer?: ReactNode;
  /** Makes it a form: Enter in a field does it too. The primary button is then `type="submit"`. */
  readonly onSubmit?: () => void;
  readonly width?: 'narrow' | 'normal' | 'wide';
  /** It stays while something is under way or would be lost. */
  readonly isKept?: boolean;
  /** What has the focus first; else the first control. */
  readonly initialFocus?: RefObject<HTMLElement | null>;
}

const widths = { narrow: 'w-[440px]', normal: 'w-[560px]', wide: 'w-[860px]' } as const;

export function Dialog(props: DialogProps) {
  const { title, description, isOpen, onClose, width = 'normal', isKept = false, initialFocus } = props;
  return (
    <Base.Root open={isOpen} onOpenChange={(open) => !open && !isKept && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-bg/70" />
        <Base.Popup
          {...(initialFocus === undefined ? {} : { initialFocus })}
          className={classes(
            '-translate-x-1/2 fixed top-[10vh] left-1/2 z-50 flex max-h-[80vh] max-w-[94vw] flex-col rounded-card border border-line-strong bg-surface shadow-float focus:outline-none',
            widths[width],
          )}
        >
          <header className="flex shrink-0 items-start gap-3 px-4 pt-3.5 pb-2">
            <div className="min-w-0 flex-1">
              <Base.Title className="wrap-anywhere font-semibold text-title">{title}</Base.Title>
              {description !== undefined && (
                <Base.Description className="wrap-anywhere text-muted">{description}</Base.Description>
              )}
            </div>
            <Base.Close
              aria-label="Close"
              disabled={isKept}
              className="inline-flex size-[26px] shrink-0 items-center justify-center rounded-control text-muted hover:bg-raised hover:text-text disabled:opacity-50"
            >
              <X size={15} aria-hidden />
            </Base.Close>
          </header>
          <Body {...props} />
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

function Body({ children, footer, onSubmit }: DialogProps) {
  const content = (
    <>
      <div className="min-h-0 flex-1 overflow-y-auto px-4 pt-1 pb-4">{children}</div>
      {footer !== undefined && (
        <footer className="flex shrink-0 items-center justify-end gap-2 border-line border-t px-4 py-2.5">
          {footer}
        </footer>
      )}
    </>
  );
  if (onSubmit === undefined) return content;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form noValidate onSubmit={submit} className="flex min-h-0 flex-1 flex-col">
      {content}
    </form>
  );
}
