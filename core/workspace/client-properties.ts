/**
 * A Java `client.properties` or librdkafka configuration as the fields of a connection. Secrets are taken apart from the
 * rest, so that what goes back to a page has none; what has no place here is listed, not dropped in silence.
 */
import { type PemPaths, type SaslMechanism, type SecretField, saslMechanisms } from '#core/contract/connection.ts';

export interface ClientProperties {
  readonly brokers: readonly string[];
  readonly tls: TlsProperties | null;
  readonly sasl: { readonly mechanism: SaslMechanism; readonly username: string } | null;
  readonly registry: { readonly url: string; readonly username: string | null; readonly tls: PemPaths } | null;
  readonly secrets: ReadonlyMap<SecretField, string>;
  readonly unknown: readonly string[];
  readonly problems: readonly string[];
}

type TlsProperties = PemPaths & { readonly verify: boolean };

export function parseClientProperties(text: string): ClientProperties {
  return new Reading(readProperties(text)).result();
}

/** Names and values of the `.properties` format: comments, `=` or `:`, lines continued by a backslash. JSON objects too. */
export function readProperties(text: string): Map<string, string> {
  const fromJson = readJson(text);
  if (fromJson !== undefined) return fromJson;
  const found = new Map<string, string>();
  const joined = text.replaceAll('\r\n', '\n').replace(/(?<!\\)((?:\\\\)*)\\\n[ \t]*/g, '$1');
  for (const line of joined.split('\n')) {
    const match = /^\s*([^#!\s=:][^\s=:]*)\s*[=:\s]\s*(.*)$/.exec(line);
    if (match !== null) found.set(match[1]!, withoutEscapes(match[2]!.trim()));
  }
  return found;
}

function readJson(text: string): Map<string, string> | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    const parsed: object = JSON.parse(text);
    return new Map(Object.entries(parsed).map(([key, value]) => [key, String(value)]));
  } catch {
    return undefined;
  }
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', f: '\f' };

function withoutEscapes(value: string): string {
  return value.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_all, code: string | undefined, character: string) =>
    code === undefined ? (escapes[character] ?? character) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}

const jks = (what: string): string =>
  `${what} is a Java keystore, which can’t be read here: export it as PEM (keytool -exportcert -rfc, or openssl pkcs12).`;

/** Settings of a client's own, which a connection does not need. */
const ofTheClient =
  /^(client\.id|group\.id|auto\.offset\.reset|enable\.auto\.commit|.*\.(serializer|deserializer)|acks|(?:session|request|default\.api|socket|delivery)\.timeout\.ms|ssl\.endpoint\.identification\.algorithm|client\.dns\.lookup)$/;

class Reading {
  readonly #left: Map<string, string>;
  readonly #secrets = new Map<SecretField, string>();
  readonly #problems: string[] = [];

  constructor(properties: Map<string, string>) {
    this.#left = properties;
  }

  result(): ClientProperties {
    const protocol = (this.#take('security.protocol') ?? '').toUpperCase();
    const brokers = (this.#take('bootstrap.servers', 'metadata.broker.list') ?? '').split(',').map((one) => one.trim());
    const tls = this.#tls(protocol);
    const sasl = this.#sasl(protocol);
    const registry = this.#registry();
    const unknown = [...this.#left.keys()].filter((key) => !ofTheClient.test(key)).sort();
    const known = brokers.filter((broker) => broker !== '').map((broker) => broker.replace(/^[A-Z_]+:\/\//, ''));
    return { brokers: known, tls, sasl, registry, secrets: this.#secrets, unknown, problems: this.#problems };
  }

  /** The value of the first of these that is there; all of them count as read. */
  #take(...names: readonly string[]): string | undefined {
    const values = names.map((name) => {
      const value = this.#left.get(name);
      this.#left.delete(name);
      return value;
    });
    return values.find((value) => value !== undefined && value !== '');
  }

  #tls(protocol: string): TlsProperties | null {
    const paths = this.#pems('kafka', '');
    const isVerified = this.#take('enable.ssl.certificate.verification') !== 'false';
    return protocol.endsWith('SSL') ? { ...paths, verify: isVerified } : null;
  }

  #pems(of: 'kafka' | 'registry', prefix: string): PemPaths {
    const names = (...endings: readonly string[]): string[] => endings.map((ending) => `${prefix}ssl.${ending}`);
    const ca = this.#pem(`${of}.ca`, 'The truststore', {
      text: names('truststore.certificates', 'ca.pem'),
      path: names('truststore.location', 'ca.location'),
    });
    const key = this.#pem(`${of}.key`, 'The key', {
      text: names('keystore.key', 'key.pem'),
      path: names('key.location'),
    });
    const cert = this.#pem(`${of}.cert`, 'The keystore', {
      text: names('keystore.certificate.chain', 'certificate.pem'),
      path: names('keystore.location', 'certificate.location'),
    });
    this.#take(...names('truststore.type', 'truststore.password', 'keystore.type'));
    const hasPassword = this.#take(...names('keystore.password', 'key.password')) !== undefined;
    if (hasPassword && (key !== null || this.#secrets.has(`${of}.key`))) {
      this.#problems.push(
        'The key has a password: store it without one (openssl pkey), the secrets of this program encrypt it.',
      );
    }
    return { ca, cert, key };
  }

  /** A PEM text becomes a secret, the path of a PEM file stays; a keystore is a problem. */
  #pem(field: SecretField, what: string, names: { text: readonly string[]; path: readonly string[] }): string | null {
    const text = this.#take(...names.text);
    const path = this.#take(...names.path);
    if (text !== undefined) this.#secrets.set(field, text);
    if (path !== undefined && /\.(jks|p12|pfx|keystore|truststore)$/i.test(path)) {
      this.#problems.push(jks(`${what} ${path}`));
      return null;
    }
    return text === undefined ? (path ?? null) : null;
  }

  #sasl(protocol: string): ClientProperties['sasl'] {
    const mechanism = (this.#take('sasl.mechanism', 'sasl.mechanisms') ?? 'PLAIN').toUpperCase();
    const login = readJaas(this.#take('sasl.jaas.config') ?? '');
    const username = this.#take('sasl.username') ?? login.get('username') ?? '';
    const password = this.#take('sasl.password') ?? login.get('password');
    if (!protocol.startsWith('SASL') && username === '') return null;
    if (password !== undefined) this.#secrets.set('kafka.password', password);
    const known = saslMechanisms.find((one) => one === mechanism);
    if (known === undefined)
      this.#problems.push(`${mechanism} is not offered; there are ${saslMechanisms.join(', ')}.`);
    return known === undefined ? null : { mechanism: known, username };
  }

  #registry(): ClientProperties['registry'] {
    const url = this.#take('schema.registry.url');
    const source = this.#take('schema.registry.basic.auth.credentials.source', 'basic.auth.credentials.source');
    const info = this.#take('schema.registry.basic.auth.user.info', 'basic.auth.user.info');
    const tls = this.#pems('registry', 'schema.registry.');
    if (url === undefined) return null;
    const [first = ''] = url.split(',');
    const address = URL.parse(first);
    const inUrl = address !== null && address.username !== '';
    const [username, ...password] = inUrl
      ? [decodeURIComponent(address.username), decodeURIComponent(address.password)]
      : (info ?? '').split(':');
    if (password.join(':') !== '') this.#secrets.set('registry.password', password.join(':'));
    if (source !== undefined && source !== 'USER_INFO' && source !== 'URL') {
      this.#problems.push(`The registry’s credentials come from ${source}: enter user and password here.`);
    }
    return { url: inUrl ? withoutLogin(address) : first, username: username || null, tls };
  }
}

function withoutLogin(address: URL): string {
  const plain = new URL(address);
  plain.username = '';
  plain.password = '';
  return plain.href;
}

/** `…LoginModule required username="u" password="p";` */
function readJaas(text: string): Map<string, string> {
  const pairs = text.matchAll(/(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s;]+))/g);
  return new Map(
    [...pairs].map(([, key, double, single, bare]) => [key!, double?.replace(/\\(.)/g, '$1') ?? single ?? bare ?? '']),
  );
}
