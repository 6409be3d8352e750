/** A secret of a connection: whether one is set, and a place to type another. A set one is never shown. */
import { Check } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import type { SecretDraft } from './draft.ts';

interface SecretFieldProps {
  readonly label: string;
  readonly secret: SecretDraft;
  readonly error: string | undefined;
  readonly disabled: boolean;
  /** For a PEM text; else one line, hidden. */
  readonly lines?: number;
  readonly hint?: string;
  readonly onChange: (secret: SecretDraft) => void;
}

export function SecretField(props: SecretFieldProps) {
  const { label, secret, error, disabled, lines, hint, onChange } = props;
  const [isReplacing, setIsReplacing] = useState(false);
  const isThere = secret.isSet || secret.pasted !== undefined;
  if (isThere && !isReplacing) {
    return (
      <div className="flex min-w-0 flex-col gap-1">
        <span className="text-data text-muted">{label}</span>
        <div className="flex h-[26px] items-center gap-2">
          <Check size={14} aria-hidden className="shrink-0 text-ok" />
          <span className="truncate">{secret.pasted === undefined ? 'set' : 'from what you pasted'}</span>
          <Button look="quiet" disabled={disabled} aria-label={`Replace ${label}`} onClick={() => setIsReplacing(true)}>
            Replace
          </Button>
        </div>
      </div>
    );
  }
  const isMissing = secret.reference !== undefined && !secret.isSet;
  return (
    <TextField
      label={label}
      type="password"
      {...(lines === undefined ? {} : { lines, isMono: true })}
      value={secret.value}
      onChange={(value) => onChange({ ...secret, value })}
      error={error}
      disabled={disabled}
      autoComplete="new-password"
      hint={
        hint ??
        (isMissing
          ? 'Not set for you yet: each user enters it once'
          : isReplacing
            ? 'Left empty, it stays as it is'
            : undefined)
      }
      autoFocus={isReplacing}
    />
  );
}
