/** Where messages appear (see toast.ts). Alt T moves the focus there. */
import { AlertTriangle, Check } from 'lucide-react';
import { Toaster as Base } from 'sonner';

export function Toaster() {
  return (
    <Base
      position="bottom-right"
      offset={{ bottom: 36, right: 12 }}
      visibleToasts={4}
      containerAriaLabel="Messages"
      icons={{
        success: <Check size={15} aria-hidden className="text-ok" />,
        warning: <AlertTriangle size={15} aria-hidden className="text-warn" />,
        error: <AlertTriangle size={15} aria-hidden className="text-bad" />,
      }}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            'flex w-[356px] max-w-[92vw] items-start gap-2.5 rounded-control border border-line-strong bg-raised py-2 pr-2 pl-3 font-sans text-body text-text shadow-float',
          icon: 'flex h-[26px] shrink-0 items-center',
          content: 'min-w-0 flex-1 py-[3px]',
          title: 'wrap-anywhere',
          description: 'wrap-anywhere text-data text-muted',
          actionButton:
            'h-[26px] shrink-0 rounded-control border border-line-strong bg-surface px-2.5 text-text hover:border-accent-line hover:text-accent',
        },
      }}
    />
  );
}
