/** One look at a broker's port, layer by layer, for a test of a connection: is something there, and does it speak TLS as we ask. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { WorkbenchError } from '#core/contract/errors.ts';
import type { TlsAccess } from '#core/workspace/connection.ts';
import { serverNameOf, tlsOptions } from './auth.ts';
import { addressOf, parseAddress } from './broker-address.ts';
import { kafkaError } from './error.ts';

const timeoutMs = 5_000;
/** With TLS 1.3 a client certificate is refused only after the handshake: so long its alert may take. */
const alertMs = 200;

/** The first of these addresses that takes a TCP connection. Throws `KAFKA_UNREACHABLE` with the reason of the last. */
export async function probePort(brokers: readonly string[], signal: AbortSignal): Promise<string> {
  let failure: unknown;
  for (const broker of brokers) {
    const { host, port } = parseAddress(broker);
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const socket = connect({ host, port });
    try {
      await once(socket, 'connect', { signal: limit });
      return addressOf({ host, port });
    } catch (error) {
      failure = explained(error, broker, signal);
    } finally {
      socket.destroy();
    }
    if (signal.aborted) break;
  }
  throw failure;
}

/** What was agreed: `TLSv1.3, certificate of localhost, valid until 2036-11-22`. Throws `KAFKA_TLS`. */
export async function probeTls(broker: string, tls: TlsAccess, signal: AbortSignal): Promise<string> {
  const { host, port } = parseAddress(broker);
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  let socket: Socket | undefined;
  try {
    const servername = serverNameOf(tls, host);
    const secure = connectTls({ host, port, ...tlsOptions(tls), ...(servername === undefined ? {} : { servername }) });
    socket = secure;
    await once(secure, 'secureConnect', { signal: limit });
    if (await endsAtOnce(secure)) throw wantsCertificate(broker);
    const { subject, valid_to: validTo } = secure.getPeerCertificate();
    const until = new Date(validTo).toISOString().slice(0, 10);
    return `${secure.getProtocol() ?? 'TLS'}, certificate of ${subject?.CN ?? host}, valid until ${until}`;
  } catch (error) {
    throw explained(error, broker, signal);
  } finally {
    socket?.destroy();
  }
}

/** Throws the alert, where one came. */
async function endsAtOnce(secure: TLSSocket): Promise<boolean> {
  secure.resume();
  const closed = once(secure, 'close').then(() => true);
  closed.catch(() => {});
  try {
    return await Promise.race([closed, delay(alertMs, false)]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ECONNRESET') return true;
    throw error;
  }
}

function wantsCertificate(broker: string): WorkbenchError {
  return new WorkbenchError(
    'KAFKA_TLS',
    `The Kafka broker at ${broker} ended the connection right after the handshake.`,
    {
      object: broker,
      nextStep: 'It may want a client certificate and key that it accepts: give them to this connection.',
    },
  );
}

function explained(error: unknown, broker: string, signal: AbortSignal): WorkbenchError {
  if (signal.aborted) return new WorkbenchError('CANCELLED', `Testing ${broker} was cancelled.`, { object: broker });
  const isLate = error instanceof Error && error.name === 'AbortError';
  return kafkaError(isLate ? new Error(`no answer within ${timeoutMs / 1_000} s`) : error, broker);
}
