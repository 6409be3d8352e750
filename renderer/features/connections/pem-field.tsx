/** A certificate or key: the path of a PEM file, or its text, which becomes a secret as soon as it is pasted here. */
import { TextField } from '../../ui/text-field.tsx';
import type { Draft, PemField as Field, SecretDraft } from './draft.ts';
import { isFilled } from './draft.ts';
import { SecretField } from './secret-field.tsx';

interface PemFieldProps {
  readonly label: string;
  readonly field: Field;
  readonly draft: Draft;
  readonly error: string | undefined;
  readonly disabled: boolean;
  readonly placeholder: string;
  readonly hint?: string;
  readonly onChange: (change: Partial<Draft>) => void;
}

export function PemField({ label, field, draft, error, disabled, placeholder, hint, onChange }: PemFieldProps) {
  const secret = draft.secrets[field];
  const setSecret = (next: SecretDraft): void => onChange({ secrets: { ...draft.secrets, [field]: next } });
  if (isFilled(secret)) {
    return (
      <SecretField label={label} secret={secret} error={error} disabled={disabled} lines={3} onChange={setSecret} />
    );
  }
  const take = (text: string): void => {
    if (text.includes('-----BEGIN ')) setSecret({ ...secret, value: text });
    else onChange({ paths: { ...draft.paths, [field]: text.trim() } });
  };
  return (
    <TextField
      label={label}
      isMono
      lines={1}
      value={draft.paths[field]}
      onChange={take}
      placeholder={placeholder}
      error={error}
      disabled={disabled}
      hint={hint}
    />
  );
}
