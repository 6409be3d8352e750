/** What the form holds, and the way from a definition to it and back. A secret is in it only while it is being typed. */
import type {
  ConnectionDefinition,
  ConnectionDraft,
  EnvironmentKind,
  ParsedProperties,
  SaslMechanism,
  SecretField,
  SecretInput,
  SecretReference,
} from '#core/contract/connection.ts';

export const securities = ['plaintext', 'tls', 'sasl', 'sasl-tls'] as const;
export type Security = (typeof securities)[number];

export interface SecretDraft {
  /** The name that the file has for it. */
  readonly reference: string | undefined;
  /** This user has a value for that name. */
  readonly isSet: boolean;
  /** Typed, not saved yet. */
  readonly value: string;
  /** Taken out of a pasted text; the workbench holds the value. */
  readonly pasted: string | undefined;
}

export interface Draft {
  readonly name: string;
  readonly title: string;
  readonly environment: EnvironmentKind;
  readonly readOnly: boolean;
  readonly brokers: string;
  readonly security: Security;
  /** The path of a PEM file; the text itself is a secret. */
  readonly paths: Readonly<Record<PemField, string>>;
  readonly serverName: string;
  readonly verify: boolean;
  readonly mechanism: SaslMechanism;
  readonly username: string;
  readonly registryUrl: string;
  readonly registryUser: string;
  readonly postgresUrl: string;
  readonly secrets: Readonly<Record<SecretField, SecretDraft>>;
}

const pems = ['ca', 'cert', 'key'] as const;
export type Pem = (typeof pems)[number];
export type Pems = 'kafka' | 'registry';
type PemField = `${Pems}.${Pem}`;

const noSecret: SecretDraft = { reference: undefined, isSet: false, value: '', pasted: undefined };

export const emptyDraft: Draft = {
  name: '',
  title: '',
  environment: 'development',
  readOnly: false,
  brokers: '',
  security: 'plaintext',
  paths: { ...pathsOf('kafka', {}), ...pathsOf('registry', {}) },
  serverName: '',
  verify: true,
  mechanism: 'SCRAM-SHA-512',
  username: '',
  registryUrl: '',
  registryUser: '',
  postgresUrl: '',
  secrets: {
    'kafka.password': noSecret,
    'kafka.ca': noSecret,
    'kafka.cert': noSecret,
    'kafka.key': noSecret,
    'registry.password': noSecret,
    'registry.ca': noSecret,
    'registry.cert': noSecret,
    'registry.key': noSecret,
    'postgres.password': noSecret,
  },
};

export const hasTls = (security: Security): boolean => security === 'tls' || security === 'sasl-tls';
export const hasLogin = (security: Security): boolean => security === 'sasl' || security === 'sasl-tls';
const securityOf = (tls: unknown, sasl: unknown): Security =>
  sasl === undefined ? (tls === undefined ? 'plaintext' : 'tls') : tls === undefined ? 'sasl' : 'sasl-tls';

export const isFilled = ({ reference, value, pasted }: SecretDraft): boolean =>
  reference !== undefined || value !== '' || pasted !== undefined;

export function toDraft(definition: ConnectionDefinition, isSet: (secret: string) => boolean): Draft {
  const { name, title = '', environment, kafka, registry, postgres } = definition;
  const { tls, sasl } = kafka;
  const secret = (reference: SecretReference | string | undefined): SecretDraft =>
    typeof reference === 'object'
      ? { ...noSecret, reference: reference.secret, isSet: isSet(reference.secret) }
      : noSecret;
  return {
    name,
    title,
    environment,
    readOnly: definition.readOnly ?? environment === 'production',
    brokers: kafka.brokers.join(', '),
    security: securityOf(tls, sasl),
    paths: { ...pathsOf('kafka', tls ?? {}), ...pathsOf('registry', registry?.tls ?? {}) },
    serverName: tls?.servername ?? '',
    verify: tls?.verify ?? true,
    mechanism: sasl?.mechanism ?? emptyDraft.mechanism,
    username: sasl?.username ?? '',
    registryUrl: registry?.url ?? '',
    registryUser: registry?.username ?? '',
    postgresUrl: postgres?.url ?? '',
    secrets: {
      'kafka.password': secret(sasl?.password),
      'kafka.ca': secret(tls?.ca),
      'kafka.cert': secret(tls?.cert),
      'kafka.key': secret(tls?.key),
      'registry.password': secret(registry?.password),
      'registry.ca': secret(registry?.tls?.ca),
      'registry.cert': secret(registry?.tls?.cert),
      'registry.key': secret(registry?.tls?.key),
      'postgres.password': secret(postgres?.password),
    },
  };
}

/** What the workbench checks, saves and tests: whether it is right, it says. */
export function toInput(draft: Draft): ConnectionDraft {
  const { name, environment, readOnly, security } = draft;
  const definition: ConnectionDefinition = {
    version: 1,
    name,
    ...optional('title', draft.title),
    environment,
    ...(readOnly === (environment === 'production') ? {} : { readOnly }),
    kafka: {
      brokers: draft.brokers.split(/[\s,]+/).filter((broker) => broker !== ''),
      ...(hasTls(security) ? { tls: tlsOf(draft) } : {}),
      ...(hasLogin(security)
        ? {
            sasl: {
              mechanism: draft.mechanism,
              username: draft.username,
              password: referenceOf(draft, 'kafka.password'),
            },
          }
        : {}),
    },
    ...(draft.registryUrl === '' ? {} : { registry: registryOf(draft) }),
    ...(draft.postgresUrl === ''
      ? {}
      : { postgres: { url: draft.postgresUrl, ...ifFilled(draft, 'postgres.password', 'password') } }),
  };
  return { definition, secrets: secretInputs(draft) };
}

function tlsOf(draft: Draft): NonNullable<ConnectionDefinition['kafka']['tls']> {
  return { ...pemsOf(draft, 'kafka'), ...optional('servername', draft.serverName), verify: draft.verify };
}

function pemsOf(draft: Draft, of: Pems): Partial<Record<Pem, SecretReference | string>> {
  const entries = pems.map((pem) => {
    const field: PemField = `${of}.${pem}`;
    const isSecret = isFilled(draft.secrets[field]);
    return [pem, isSecret ? referenceOf(draft, field) : draft.paths[field]] as const;
  });
  return Object.fromEntries(entries.filter(([, place]) => place !== ''));
}

/** A secret has no path. */
function pathsOf<Of extends Pems>(of: Of, places: Partial<Record<Pem, SecretReference | string | null | undefined>>) {
  const path = (pem: Pem): string => (typeof places[pem] === 'string' ? places[pem] : '');
  const entries = pems.map((pem) => [`${of}.${pem}`, path(pem)] as const);
  return Object.fromEntries(entries) as Record<`${Of}.${Pem}`, string>;
}

function registryOf(draft: Draft): NonNullable<ConnectionDefinition['registry']> {
  const login =
    draft.registryUser === ''
      ? {}
      : { username: draft.registryUser, password: referenceOf(draft, 'registry.password') };
  const tls = pemsOf(draft, 'registry');
  return { url: draft.registryUrl, ...login, ...(Object.keys(tls).length === 0 ? {} : { tls }) };
}

/** The name in the file stays; a new one is made of the connection's and the field's. */
function referenceOf({ name, secrets }: Draft, field: SecretField): SecretReference {
  return { secret: secrets[field].reference ?? `${name || 'new'}.${field}` };
}

function ifFilled(draft: Draft, field: SecretField, key: string) {
  return isFilled(draft.secrets[field]) ? { [key]: referenceOf(draft, field) } : {};
}

function secretInputs(draft: Draft): Record<string, SecretInput> {
  const inputs: Record<string, SecretInput> = {};
  for (const field of Object.keys(draft.secrets) as SecretField[]) {
    const { value, pasted } = draft.secrets[field];
    if (value !== '') inputs[referenceOf(draft, field).secret] = { value };
    else if (pasted !== undefined) inputs[referenceOf(draft, field).secret] = { pasted };
  }
  return inputs;
}

const optional = <Key extends string>(key: Key, value: string): Partial<Record<Key, string>> =>
  value === '' ? {} : ({ [key]: value } as Partial<Record<Key, string>>);

/** What a pasted text says wins over what the form held. */
export function withParsed(draft: Draft, parsed: ParsedProperties): Draft {
  const { brokers, tls, sasl, registry, secrets } = parsed;
  const pasted = Object.fromEntries(
    secrets.map(({ field, pasted: id }) => [field, { ...draft.secrets[field], value: '', pasted: id }]),
  );
  return {
    ...draft,
    brokers: brokers.length === 0 ? draft.brokers : brokers.join(', '),
    security: securityOf(tls ?? undefined, sasl ?? undefined),
    paths: {
      ...draft.paths,
      ...pathsOf('kafka', tls ?? {}),
      ...(registry !== null && pathsOf('registry', registry.tls)),
    },
    verify: tls?.verify ?? true,
    mechanism: sasl?.mechanism ?? draft.mechanism,
    username: sasl?.username ?? draft.username,
    registryUrl: registry?.url ?? draft.registryUrl,
    registryUser: registry?.username ?? draft.registryUser,
    secrets: { ...draft.secrets, ...pasted },
  };
}
