import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import type { Page, Shortcut } from '../lib/page.ts';
import { Keys } from '../ui/keys.tsx';
import { commonShortcuts } from './shortcuts.ts';

interface ShortcutListProps {
  readonly page: Page;
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
}

export function ShortcutList({ page, isOpen, onOpenChange }: ShortcutListProps) {
  return (
    <Dialog.Root open={isOpen} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-bg/70" />
        <Dialog.Popup className="-translate-x-1/2 fixed top-[12vh] left-1/2 z-50 max-h-[76vh] w-[440px] overflow-auto rounded-card border border-line-strong bg-surface p-4 shadow-float">
          <div className="mb-2 flex items-center">
            <Dialog.Title className="font-semibold text-title">Keyboard shortcuts</Dialog.Title>
            <Dialog.Close
              aria-label="Close"
              className="ml-auto inline-flex size-[26px] items-center justify-center rounded-control text-muted hover:bg-raised"
            >
              <X size={15} aria-hidden />
            </Dialog.Close>
          </div>
          <Group title="Everywhere" shortcuts={commonShortcuts} />
          {page.shortcuts.length > 0 && <Group title={page.title} shortcuts={page.shortcuts} />}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Group({ title, shortcuts }: { readonly title: string; readonly shortcuts: readonly Shortcut[] }) {
  return (
    <>
      <h3 className="mt-3 mb-1 text-data text-faint">{title}</h3>
      <ul>
        {shortcuts.map(({ keys, action }) => (
          <li key={action} className="flex h-row items-center justify-between gap-4 border-line/55 border-b">
            {action}
            <Keys keys={keys} />
          </li>
        ))}
      </ul>
    </>
  );
}
