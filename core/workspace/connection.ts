/**
 * A connection with every reference resolved: what a data process needs to reach one environment.
 *
 * The parent resolves it and sends it in the first message, never in argv or the environment. Passwords and keys print as
 * `[secret]`; a process that received one calls `sealConnection` first, since a message carries no classes.
 */
import { isDeepStrictEqual } from 'node:util';
import type { SaslMechanism } from '#core/contract/connection.ts';
import type { Policy } from '#core/contract/policy.ts';
import { Secret, SecretUrl } from './secret.ts';

export interface ResolvedConnection {
  readonly name: string;
  readonly kafka: KafkaAccess;
  readonly registry: RegistryAccess | undefined;
  /** With the password inside: never logged, never shown, never sent to a page. */
  readonly postgres: { readonly url: string } | undefined;
  /** Without one, writes are allowed. */
  readonly guard?: ConnectionGuard | undefined;
}

export interface KafkaAccess {
  readonly brokers: readonly string[];
  readonly tls?: TlsAccess | undefined;
  readonly sasl?: SaslAccess | undefined;
}

/** PEM texts, not paths. */
export interface TlsAccess {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: Secret | undefined;
  readonly servername?: string | undefined;
  readonly verify: boolean;
}

export interface SaslAccess {
  readonly mechanism: SaslMechanism;
  readonly username: string;
  readonly password: Secret;
}

export interface RegistryAccess {
  readonly url: string;
  readonly auth?: { readonly type: 'basic'; readonly username: string; readonly password: Secret } | undefined;
  readonly tls?: TlsAccess | undefined;
}

/** Asked before each request. One object for all who hold the connection in a process, so that what is revoked ends at once. */
export interface ConnectionGuard extends Policy {
  /** Milliseconds since 1970-01-01 UTC; 0 when locked. */
  unlockedUntil: number;
}

/** Of a connection that nothing was agreed about. */
export const noGuard: Readonly<ConnectionGuard> = {
  readOnly: false,
  deniedTopics: [],
  allowedTopics: [],
  megabytesPerSecond: null,
  unlockedUntil: 0,
};

/**
 * Whether what was opened with `one` still serves `other`: the same servers and credentials. The guard does not count: it is
 * one object for as long as the program runs, and what it says may change.
 */
export function hasSameAccess(one: ResolvedConnection, other: ResolvedConnection): boolean {
  const access = ({ name, kafka, registry, postgres }: ResolvedConnection) => [name, kafka, registry, postgres?.url];
  return isDeepStrictEqual(access(one), access(other));
}

/** The same connection, its secrets as `Secret`, its addresses in one form: for what a message or a plain object brought. */
export function sealConnection(connection: ResolvedConnection): ResolvedConnection {
  const { kafka, registry, postgres } = connection;
  const { tls, sasl } = kafka;
  return {
    ...connection,
    kafka: {
      ...kafka,
      ...(tls === undefined ? {} : { tls: sealTls(tls) }),
      ...(sasl === undefined ? {} : { sasl: { ...sasl, password: new Secret(sasl.password.value) } }),
    },
    registry: registry && {
      ...registry,
      url: registry.url.replace(/\/+$/, ''),
      auth: registry.auth && { ...registry.auth, password: new Secret(registry.auth.password.value) },
      tls: registry.tls && sealTls(registry.tls),
    },
    postgres: postgres && new SecretUrl(postgres.url),
  };
}

function sealTls(tls: TlsAccess): TlsAccess {
  return { ...tls, key: tls.key && new Secret(tls.key.value) };
}
