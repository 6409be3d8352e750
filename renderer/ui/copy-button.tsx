/** Copies text and says so. The text is made when clicked, so that a huge one costs nothing before. */
import { Check, Copy, type LucideIcon } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button, IconButton } from './button.tsx';

const saidForMs = 1_500;

interface CopyButtonProps {
  readonly label: string;
  readonly text: () => string;
  /** Of what is not a copy of what is in sight: a link. */
  readonly icon?: LucideIcon;
  /** With its label beside the icon. */
  readonly withLabel?: boolean;
}

export function CopyButton({ label, text, icon: idleIcon = Copy, withLabel = false }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<'copied' | 'refused'>();
  useEffect(() => {
    if (outcome === undefined) return;
    const timer = setTimeout(() => setOutcome(undefined), saidForMs);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = (): void => {
    copyText(text()).then(
      () => setOutcome('copied'),
      () => setOutcome('refused'),
    );
  };
  const said = outcome === undefined ? label : outcome === 'copied' ? 'Copied' : 'The browser refused to copy';
  const icon = outcome === 'copied' ? Check : idleIcon;
  return (
    <>
      {withLabel ? (
        <Button icon={icon} onClick={copy}>
          {said}
        </Button>
      ) : (
        <IconButton icon={icon} label={said} onClick={copy} />
      )}
      <span aria-live="polite" className="sr-only">
        {outcome !== undefined && said}
      </span>
    </>
  );
}

async function copyText(text: string): Promise<void> {
  await navigator.clipboard.writeText(text);
}
