/** The fields of a connection, in the order one knows them. What is wrong stands at its field. */
import type { EnvironmentKind, SaslMechanism, SecretField as SecretFieldName } from '#core/contract/connection.ts';
import { Checkbox } from '../../ui/checkbox.tsx';
import { EnvironmentWord } from '../../ui/environment.tsx';
import { Section } from '../../ui/section.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { type Option, Select } from '../../ui/select.tsx';
import { Switch } from '../../ui/switch.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { type Draft, hasLogin, hasTls, type Security } from './draft.ts';
import { errorAt, type FieldErrors } from './field-errors.ts';
import { PemFields } from './pem-field.tsx';
import { SecretField } from './secret-field.tsx';

export interface FormProps {
  readonly draft: Draft;
  readonly errors: FieldErrors;
  readonly isNew: boolean;
  /** It can be looked at only. */
  readonly disabled: boolean;
  readonly onChange: (change: Partial<Draft>) => void;
}

const columns = 'grid gap-3 @xl:grid-cols-2';

export function ConnectionForm(props: FormProps) {
  return (
    <div className="divide-y divide-line">
      <Identity {...props} />
      <Kafka {...props} />
      <Registry {...props} />
      <Postgres {...props} />
    </div>
  );
}

const environments: readonly EnvironmentKind[] = ['development', 'test', 'production'];

function Identity({ draft, errors, isNew, disabled, onChange }: FormProps) {
  const choose = (environment: EnvironmentKind): void =>
    onChange({ environment, readOnly: environment === 'production' });
  return (
    <Section title="Connection">
      <div className={columns}>
        <TextField
          label="Name"
          isMono
          value={draft.name}
          onChange={(name) => onChange({ name })}
          disabled={disabled || !isNew}
          error={errorAt(errors, 'name')}
          placeholder="orders-test"
          hint={isNew ? 'Its file, and what pipelines call it' : 'Pipelines call it by this name'}
        />
        <TextField
          label="Title"
          value={draft.title}
          onChange={(title) => onChange({ title })}
          disabled={disabled}
          error={errorAt(errors, 'title')}
          placeholder="Orders, test cluster"
        />
        <div className="flex flex-col items-start gap-1">
          <span className="text-data text-muted">Environment</span>
          <Segmented
            label="Environment"
            disabled={disabled}
            value={draft.environment}
            onChange={choose}
            options={environments.map((value) => ({
              value,
              label: <EnvironmentWord environment={value} />,
              name: value,
            }))}
          />
        </div>
        <div className="self-end pb-0.5">
          <Switch
            label="Read only"
            hint="Writes to its Kafka are refused until they are unlocked"
            checked={draft.readOnly}
            onChange={(readOnly) => onChange({ readOnly })}
            disabled={disabled}
          />
        </div>
      </div>
    </Section>
  );
}

const securityOptions: readonly Option<Security>[] = [
  { value: 'plaintext', label: 'Plaintext', note: 'no login, not encrypted' },
  { value: 'tls', label: 'TLS', note: 'encrypted' },
  { value: 'sasl', label: 'SASL', note: 'login, not encrypted' },
  { value: 'sasl-tls', label: 'SASL over TLS', note: 'login, encrypted' },
];

function Kafka({ draft, errors, disabled, onChange }: FormProps) {
  return (
    <Section title="Kafka">
      <div className={columns}>
        <TextField
          label="Bootstrap servers"
          isMono
          className="@xl:col-span-2"
          value={draft.brokers}
          onChange={(brokers) => onChange({ brokers })}
          disabled={disabled}
          error={errorAt(errors, 'kafka.brokers')}
          placeholder="kafka-1.example.com:9092, kafka-2.example.com:9092"
          hint="host:port, several separated by commas"
        />
        <Select
          label="Security"
          options={securityOptions}
          value={draft.security}
          onChange={(security) => onChange({ security })}
          disabled={disabled}
        />
      </div>
      {hasLogin(draft.security) && <Login draft={draft} errors={errors} disabled={disabled} onChange={onChange} />}
      {hasTls(draft.security) && <Tls draft={draft} errors={errors} disabled={disabled} onChange={onChange} />}
    </Section>
  );
}

type PartProps = Omit<FormProps, 'isNew'>;

const mechanisms: readonly Option<SaslMechanism>[] = [
  { value: 'SCRAM-SHA-512', label: 'SCRAM-SHA-512' },
  { value: 'SCRAM-SHA-256', label: 'SCRAM-SHA-256' },
  { value: 'PLAIN', label: 'PLAIN' },
];

function Login({ draft, errors, disabled, onChange }: PartProps) {
  return (
    <div className="mt-3 grid gap-3 @xl:grid-cols-3">
      <Select
        label="Mechanism"
        options={mechanisms}
        value={draft.mechanism}
        onChange={(mechanism) => onChange({ mechanism })}
        disabled={disabled}
      />
      <TextField
        label="User"
        value={draft.username}
        onChange={(username) => onChange({ username })}
        disabled={disabled}
        error={errorAt(errors, 'kafka.sasl.username')}
      />
      <Password
        label="Password"
        field="kafka.password"
        path="kafka.sasl.password"
        {...{ draft, errors, disabled, onChange }}
      />
    </div>
  );
}

function Tls({ draft, errors, disabled, onChange }: PartProps) {
  return (
    <>
      <PemFields of="kafka" {...{ draft, errors, disabled, onChange }} />
      <div className={`mt-3 ${columns}`}>
        <TextField
          label="Server name"
          isMono
          value={draft.serverName}
          onChange={(serverName) => onChange({ serverName })}
          disabled={disabled}
          error={errorAt(errors, 'kafka.tls.servername')}
          hint="Where the certificate is for another name than the host"
        />
        <div className="@xl:pt-6">
          <Checkbox
            label="Check the certificate"
            hint="Without it, anyone on the way can pretend to be the broker"
            checked={draft.verify}
            onChange={(verify) => onChange({ verify })}
            disabled={disabled}
          />
        </div>
      </div>
    </>
  );
}

function Registry({ draft, errors, disabled, onChange }: FormProps) {
  return (
    <Section title="Schema Registry">
      <div className="grid gap-3 @xl:grid-cols-[2fr_1fr_1fr]">
        <TextField
          label="Address of the registry"
          isMono
          value={draft.registryUrl}
          onChange={(registryUrl) => onChange({ registryUrl })}
          disabled={disabled}
          error={errorAt(errors, 'registry.url')}
          placeholder="https://registry.example.com"
          hint="Empty where there is none"
        />
        <TextField
          label="User of the registry"
          value={draft.registryUser}
          onChange={(registryUser) => onChange({ registryUser })}
          disabled={disabled}
          error={errorAt(errors, 'registry.username')}
        />
        {draft.registryUser !== '' && (
          <Password
            label="Password of the registry"
            field="registry.password"
            path="registry.password"
            {...{ draft, errors, disabled, onChange }}
          />
        )}
      </div>
      {/^https:/i.test(draft.registryUrl) && (
        <PemFields of="registry" whose=" of the registry" {...{ draft, errors, disabled, onChange }} />
      )}
    </Section>
  );
}

function Postgres({ draft, errors, disabled, onChange }: FormProps) {
  return (
    <Section title="Postgres">
      <div className="grid gap-3 @xl:grid-cols-[2fr_1fr]">
        <TextField
          label="Address of Postgres"
          isMono
          value={draft.postgresUrl}
          onChange={(postgresUrl) => onChange({ postgresUrl })}
          disabled={disabled}
          error={errorAt(errors, 'postgres.url')}
          placeholder="postgres://user@host:5432/database"
          hint="Where pipelines on this connection write; empty where there is none"
        />
        {draft.postgresUrl !== '' && (
          <Password
            label="Password of Postgres"
            field="postgres.password"
            path="postgres.password"
            {...{ draft, errors, disabled, onChange }}
          />
        )}
      </div>
    </Section>
  );
}

interface PasswordProps extends PartProps {
  readonly label: string;
  readonly field: SecretFieldName;
  readonly path: string;
}

function Password({ label, field, path, draft, errors, disabled, onChange }: PasswordProps) {
  return (
    <SecretField
      label={label}
      secret={draft.secrets[field]}
      error={errorAt(errors, path)}
      disabled={disabled}
      onChange={(secret) => onChange({ secrets: { ...draft.secrets, [field]: secret } })}
    />
  );
}
