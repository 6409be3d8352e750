/** Certificates and the key: each the path of a PEM file, or its text, which becomes a secret as soon as it is pasted here. */
import { TextField } from '../../ui/text-field.tsx';
import type { Draft, Pem, Pems, SecretDraft } from './draft.ts';
import { isFilled } from './draft.ts';
import { errorAt, type FieldErrors } from './field-errors.ts';
import { SecretField } from './secret-field.tsx';

interface PemFieldsProps {
  readonly of: Pems;
  /** Behind each label, where a page has more of them. */
  readonly whose?: string;
  readonly draft: Draft;
  readonly errors: FieldErrors;
  readonly disabled: boolean;
  readonly onChange: (change: Partial<Draft>) => void;
}

interface PemKind {
  readonly pem: Pem;
  readonly label: string;
  readonly placeholder: string;
  readonly hint?: string;
}

const kinds: readonly PemKind[] = [
  {
    pem: 'ca',
    label: 'CA certificate',
    placeholder: 'certs/ca.pem',
    hint: 'Path of a PEM file, or paste its text; empty for public authorities',
  },
  { pem: 'cert', label: 'Client certificate', placeholder: 'certs/client.pem' },
  { pem: 'key', label: 'Client key', placeholder: 'certs/client.key' },
];

export function PemFields({ whose = '', ...props }: PemFieldsProps) {
  return (
    <div className="mt-3 grid gap-3 @xl:grid-cols-3">
      {kinds.map(({ label, ...kind }) => (
        <PemField key={kind.pem} label={`${label}${whose}`} {...kind} {...props} />
      ))}
    </div>
  );
}

function PemField({ of, pem, label, placeholder, hint, draft, errors, disabled, onChange }: PemFieldsProps & PemKind) {
  const field = `${of}.${pem}` as const;
  const error = errorAt(errors, `${of}.tls.${pem}`);
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
