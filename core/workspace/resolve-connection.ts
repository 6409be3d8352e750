/** From a definition to a `ResolvedConnection`: secrets by their names, PEM files by their paths. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { ConnectionDefinition, SecretReference } from '#core/contract/connection.ts';
import { WorkbenchError } from '#core/contract/errors.ts';
import { type ConnectionGuard, type ResolvedConnection, sealConnection, type TlsAccess } from './connection.ts';
import { Secret } from './secret.ts';

export interface ResolveContext {
  readonly workspaceDir: string;
  /** Throws `SECRET_MISSING`. */
  readonly secretOf: (name: string) => Secret;
  readonly guard: ConnectionGuard;
}

/** What writes are refused on until they are unlocked. */
export function isReadOnly({ readOnly, environment }: ConnectionDefinition): boolean {
  return readOnly ?? environment === 'production';
}

/** Each once, in the order of the file. */
export function secretNamesOf({ kafka, registry, postgres }: ConnectionDefinition): string[] {
  const { sasl } = kafka;
  const pems = [kafka.tls, registry?.tls].flatMap((tls) => [tls?.ca, tls?.cert, tls?.key]);
  const places = [...pems, sasl?.password, registry?.password, postgres?.password];
  const references = places.filter((place): place is SecretReference => typeof place === 'object');
  return [...new Set(references.map(({ secret }) => secret))];
}

export function resolveDefinition(definition: ConnectionDefinition, context: ResolveContext): ResolvedConnection {
  const { name, kafka, registry, postgres } = definition;
  const { secretOf, guard } = context;
  const password = (reference: SecretReference): Secret => secretOf(reference.secret);
  return sealConnection({
    name,
    guard,
    kafka: {
      brokers: kafka.brokers,
      tls: kafka.tls && tlsAccess(kafka.tls, context),
      sasl: kafka.sasl && { ...kafka.sasl, password: password(kafka.sasl.password) },
    },
    registry: registry && {
      url: registry.url,
      auth:
        registry.username === undefined || registry.password === undefined
          ? undefined
          : { type: 'basic', username: registry.username, password: password(registry.password) },
      tls: registry.tls && tlsAccess({ ...registry.tls, verify: true }, context),
    },
    postgres: postgres && {
      url: postgres.password === undefined ? postgres.url : withPassword(postgres.url, password(postgres.password)),
    },
  });
}

function tlsAccess(tls: NonNullable<ConnectionDefinition['kafka']['tls']>, context: ResolveContext): TlsAccess {
  const text = (place: string | SecretReference | undefined): string | undefined => {
    if (typeof place === 'object') return pemLines(context.secretOf(place.secret).value);
    return place === undefined
      ? undefined
      : readPem(resolve(context.workspaceDir, place.replace(/^~(?=\/)/, homedir())));
  };
  const key = text(tls.key);
  return {
    ca: text(tls.ca),
    cert: text(tls.cert),
    key: key === undefined ? undefined : new Secret(key),
    servername: tls.servername,
    verify: tls.verify,
  };
}

/** A text of one line, as properties files and form fields hold it, with the lines that PEM needs; any other as it is. */
function pemLines(text: string): string {
  return text.replace(
    /-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \1-----\s*/g,
    (_all, label: string, body: string) => {
      const lines = body.replace(/\s+/g, '').match(/.{1,64}/g) ?? [];
      return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
    },
  );
}

function readPem(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new WorkbenchError('KAFKA_TLS', `The PEM file ${path} can’t be read (${code}).`, {
      object: path,
      cause,
      nextStep: 'Correct the path; it is taken from the folder of the workspace.',
    });
  }
  if (text.includes('-----BEGIN ')) return text;
  throw new WorkbenchError('KAFKA_TLS', `${path} is no PEM file.`, {
    object: path,
    nextStep: 'Convert a Java keystore with keytool -exportcert -rfc, a .p12 with openssl pkcs12.',
  });
}

function withPassword(address: string, password: Secret): string {
  const url = new URL(address);
  url.password = encodeURIComponent(password.value);
  return url.href;
}
