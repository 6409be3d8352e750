/** Why TLS or a login failed, told apart by the codes of Node, OpenSSL and the protocol, each with what to change. */
import { WorkbenchError } from '#core/contract/errors.ts';

interface Fault {
  readonly code: 'KAFKA_TLS' | 'KAFKA_AUTH';
  readonly says: string;
  readonly nextStep: string;
}

/** `chain`: the error and its causes, outermost first. Undefined when it is about something else. */
export function securityFault(chain: readonly Error[], address: string): WorkbenchError | undefined {
  const found = chain
    .values()
    .map(faultOf)
    .find((fault) => fault !== undefined);
  if (found === undefined) return undefined;
  const { code, says, nextStep } = found;
  return new WorkbenchError(code, `The Kafka broker at ${address} ${says}`, {
    object: address,
    nextStep,
    cause: chain[0],
  });
}

const untrusted =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(GET_ISSUER_CERT(_LOCALLY)?|VERIFY_LEAF_SIGNATURE))$/;
const outOfTime = /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/;
const noTls = /^(EPROTO|ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNEXPECTED_MESSAGE))$/;
/** Of the library, and of Node under a bare ECONNRESET. */
const noTlsWords = /^TLS handshake failed|before secure TLS connection was established$/;
const wantsCertificate =
  /^ERR_SSL_.*(CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNKNOWN_CA|HANDSHAKE_FAILURE|CERTIFICATE_UNKNOWN)$/;
const badPem = /^ERR_OSSL_/;

function faultOf(error: Error): Fault | undefined {
  return tlsFault(error) ?? loginFault(error);
}

function tlsFault(error: Error): Fault | undefined {
  const code = codeOf(error);
  if (untrusted.test(code)) {
    return tls(
      `has a certificate that nothing here trusts (${code}).`,
      'Give the certificate of the authority that signed it (CA) to this connection.',
    );
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return tls(
      `has a certificate for another name: ${namesOf(error.message)}.`,
      'Use one of these names as the address, or give it as the server name of this connection.',
    );
  }
  if (outOfTime.test(code))
    return tls(`has a certificate that is out of date (${code}).`, 'Renew the broker’s certificate.');
  if (wantsCertificate.test(code)) {
    return tls(
      `refused our certificate (${code}).`,
      'Give this connection a client certificate and key that it accepts.',
    );
  }
  if (badPem.test(code)) {
    return tls(
      'was not asked: the certificate or key of this connection can’t be read.',
      'Give PEM texts, the key without a password.',
    );
  }
  // The library's words: it has one code for both.
  if (error.message.startsWith('Broker requires TLS')) {
    return tls('speaks TLS on this port.', 'Choose TLS as the security of this connection, or the port without TLS.');
  }
  if (noTls.test(code) || noTlsWords.test(error.message)) {
    return tls(
      'does not speak TLS on this port.',
      'Choose a security without TLS for this connection, or the port with TLS.',
    );
  }
  return undefined;
}

const unsupportedMechanism = 33;
const illegalState = 34;
const authenticationFailed = 58;

function loginFault(error: Error): Fault | undefined {
  const apiCode = 'apiCode' in error ? error.apiCode : undefined;
  if (apiCode === authenticationFailed) {
    return login('refused the login.', 'Check the user name, the password and the mechanism of this connection.');
  }
  if (apiCode === illegalState) {
    return login(
      'takes no login on this port.',
      'Choose a security without SASL for this connection, or the port with SASL.',
    );
  }
  if (apiCode === unsupportedMechanism) {
    return login('does not offer this SASL mechanism.', 'Choose another mechanism for this connection.');
  }
  return undefined;
}

function namesOf(message: string): string {
  return /altnames: (?!Host)(.*)$/.exec(message)?.[1]?.replaceAll('DNS:', '').replaceAll('IP Address:', '') ?? message;
}

const tls = (says: string, nextStep: string): Fault => ({ code: 'KAFKA_TLS', says, nextStep });
const login = (says: string, nextStep: string): Fault => ({ code: 'KAFKA_AUTH', says, nextStep });

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}
