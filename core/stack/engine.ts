/** The container engine of this machine: found, asked for its version, or told why each place had none. The only user of dockerode. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { toErrorData } from '#core/contract/errors.ts';
import type { ContainerEngine, EngineTry } from '#core/contract/stack.ts';
import { type EnginePlace, enginePlaces, type Machine } from './engine-places.ts';

export interface FoundEngine {
  readonly docker: Docker;
  readonly about: ContainerEngine;
}

export interface EngineSearch {
  /** Undefined where none answers. */
  readonly found: FoundEngine | undefined;
  readonly tries: readonly EngineTry[];
  /** The user named the place: no other was tried. */
  readonly isNamed: boolean;
}

const answerMs = 2_000;

export async function findEngine(machine: Machine): Promise<EngineSearch> {
  const { places, isNamed } = await enginePlaces(machine);
  const tries: EngineTry[] = [];
  for (const place of places) {
    try {
      const docker = await connect(place.address, machine);
      const about = await describe(docker, place);
      tries.push({ place: place.name, address: place.address, outcome: 'answers' });
      return { found: { docker, about }, tries, isNamed };
    } catch (error) {
      tries.push({ place: place.name, address: place.address || null, outcome: reasonOf(error) });
    }
  }
  return { found: undefined, tries, isNamed };
}

/** What can be said before asking is thrown as words for a person. */
class NoEngine extends Error {}

async function connect(address: string, { env }: Machine): Promise<Docker> {
  // Loaded when first needed: it brings much along that nothing else uses.
  const { default: Engine } = await import('dockerode');
  const [, socketPath] = /^(?:unix|npipe):\/\/(.+)$/.exec(address) ?? [];
  if (socketPath !== undefined) {
    if (address.startsWith('unix:') && !existsSync(socketPath)) throw new NoEngine('no such socket');
    return new Engine({ socketPath });
  }
  const url = URL.parse(address);
  if (url === null || !['tcp:', 'http:', 'https:'].includes(url.protocol)) {
    throw new NoEngine(
      address === '' ? 'it names no address' : 'not an address of a socket or of tcp, which is what is used here',
    );
  }
  const certificates = env.DOCKER_TLS_VERIFY ? env.DOCKER_CERT_PATH : undefined;
  const isSecure = certificates !== undefined || url.protocol === 'https:';
  return new Engine({
    host: url.hostname,
    port: Number(url.port || (isSecure ? 2376 : 2375)),
    protocol: isSecure ? 'https' : 'http',
    ...(certificates === undefined ? {} : certificatesOf(certificates)),
  });
}

function certificatesOf(folder: string) {
  const read = (name: string): Buffer => readFileSync(join(folder, name));
  return { ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') };
}

async function describe(docker: Docker, place: EnginePlace): Promise<ContainerEngine> {
  const version = await inTime(docker.version());
  const engine = version.Components?.find(({ Name }) => /engine/i.test(Name));
  const name = engine === undefined || engine.Name === 'Engine' ? 'Docker Engine' : engine.Name;
  return {
    name,
    version: version.Version,
    apiVersion: version.ApiVersion,
    address: place.address,
    foundBy: place.name,
  };
}

export async function inTime<T>(answer: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new NoEngine(`no answer within ${answerMs / 1_000} s`)), answerMs);
  try {
    return await Promise.race([answer, promise]);
  } finally {
    clearTimeout(timer);
  }
}

export function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EACCES') return 'this user may not use it';
  if (code === 'ENOENT') return 'no such socket';
  if (code === 'ECONNREFUSED') return 'nothing listens there';
  return toErrorData(error).message;
}
