/** Where a broker answers: `host:port` as people write it, an IPv6 address in brackets. */
import { WorkbenchError } from '#core/contract/errors.ts';

export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
}

export function addressOf({ host, port }: BrokerAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Throws `INVALID_INPUT`. */
export function parseAddress(text: string): BrokerAddress {
  const match = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text.trim());
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3] ?? 9092);
  if (host !== undefined && port > 0 && port < 65_536) return { host, port };
  throw new WorkbenchError('INVALID_INPUT', `Not a broker address: ${text}`, {
    object: text,
    nextStep: 'Write it as host:port, for example localhost:9092.',
  });
}
