/** Which port the server listens on: the one asked for, else that of the last start, else any that is free. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { WorkbenchError } from '#core/contract/errors.ts';

/** Throws `PORT_IN_USE` when `asked` (0 and absent mean any) is taken. */
export async function choosePort(host: string, asked: number | undefined, last: number | undefined): Promise<number> {
  if (asked) {
    if (await tryPort(host, asked)) return asked;
    throw portInUse(host, asked);
  }
  if (last !== undefined && (await tryPort(host, last))) return last;
  return freePort(host);
}

export async function freePort(host: string): Promise<number> {
  const port = await tryPort(host, 0);
  if (port === undefined) throw new WorkbenchError('INTERNAL', `no free port on ${host}`, { retryable: true });
  return port;
}

export function portInUse(host: string, port: number): WorkbenchError {
  return new WorkbenchError('PORT_IN_USE', `port ${port} for PostgreSQL is taken by another program`, {
    object: `${host}:${port}`,
    nextStep: `End what listens on ${host}:${port}, choose another with --postgres-port, or leave it out to get a free one.`,
  });
}

async function tryPort(host: string, port: number): Promise<number | undefined> {
  const probe = createServer();
  try {
    probe.listen({ host, port });
    await once(probe, 'listening');
    return (probe.address() as AddressInfo).port;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EADDRINUSE') return undefined;
    throw new WorkbenchError(
      'INVALID_INPUT',
      `PostgreSQL can't listen on ${host}:${port}: ${(error as Error).message}`,
      {
        object: `${host}:${port}`,
        nextStep: code === 'EACCES' ? 'Choose a port above 1023.' : 'Choose another port.',
        cause: error,
      },
    );
  } finally {
    probe.close();
  }
}
