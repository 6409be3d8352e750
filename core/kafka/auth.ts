/** How a connection becomes the library's own TLS and SASL options, for one broker. */
import { isIP } from 'node:net';
import type { ConnectionOptions as LibraryOptions } from '@platformatic/kafka';
import type { KafkaAccess, TlsAccess } from '#core/workspace/connection.ts';

/** Asked for at each connection: the certificate is checked against this broker's own name. */
export function securityOptions(
  { tls, sasl }: Pick<KafkaAccess, 'tls' | 'sasl'>,
  host: string,
): Pick<LibraryOptions, 'tls' | 'sasl' | 'tlsServerName'> {
  const serverName = tls === undefined ? undefined : serverNameOf(tls, host);
  return {
    ...(tls === undefined ? {} : { tls: tlsOptions(tls) }),
    ...(serverName === undefined ? {} : { tlsServerName: serverName }),
    ...(sasl === undefined
      ? {}
      : { sasl: { mechanism: sasl.mechanism, username: sasl.username, password: sasl.password.value } }),
  };
}

export function tlsOptions({ ca, cert, key, verify }: TlsAccess) {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key: key.value }),
    rejectUnauthorized: verify,
  };
}

/** An address can't be a server name: its certificate is checked by the address then. */
export function serverNameOf({ servername }: TlsAccess, host: string): string | undefined {
  return servername ?? (isIP(host) === 0 ? host : undefined);
}
