/**
 * Where a container engine may answer on this machine, in the order in which it is looked for.
 *
 * What the user names (`DOCKER_HOST`, a context) is taken at its word: nothing else is tried then. Without it, the sockets that
 * Docker, Podman, Colima, Rancher Desktop and OrbStack make.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

export interface EnginePlace {
  /** As the user knows it: `DOCKER_HOST`, `context colima`, `Podman’s socket`. */
  readonly name: string;
  /** `unix:///run/docker.sock`, `tcp://host:2375`, `npipe:////./pipe/docker_engine`. */
  readonly address: string;
}

export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly platform: NodeJS.Platform;
}

export const thisMachine: Machine = { env: process.env, home: homedir(), platform: process.platform };

export async function enginePlaces(machine: Machine): Promise<{ places: EnginePlace[]; isNamed: boolean }> {
  const named = fromEnvironment(machine) ?? (await fromContext(machine));
  return named === undefined ? { places: usualPlaces(machine), isNamed: false } : { places: [named], isNamed: true };
}

function fromEnvironment({ env }: Machine): EnginePlace | undefined {
  const name = ['DOCKER_HOST', 'CONTAINER_HOST'].find((variable) => env[variable]);
  return name === undefined ? undefined : { name, address: env[name]! };
}

const configSchema = z.looseObject({ currentContext: z.string().optional() });
const contextSchema = z.looseObject({
  Endpoints: z.looseObject({ docker: z.looseObject({ Host: z.string() }) }),
});

/** The one the docker command uses now; `default` means the usual socket. */
async function fromContext({ env, home }: Machine): Promise<EnginePlace | undefined> {
  const folder = env.DOCKER_CONFIG || join(home, '.docker');
  const config = configSchema.safeParse(await readJson(join(folder, 'config.json')));
  const context = env.DOCKER_CONTEXT || (config.success ? config.data.currentContext : undefined);
  if (!context || context === 'default') return undefined;
  const id = createHash('sha256').update(context).digest('hex');
  const meta = contextSchema.safeParse(await readJson(join(folder, 'contexts', 'meta', id, 'meta.json')));
  const address = meta.success ? meta.data.Endpoints.docker.Host : '';
  return { name: `context ${context}`, address };
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function usualPlaces({ env, home, platform }: Machine): EnginePlace[] {
  if (platform === 'win32') {
    return [
      { name: 'Docker’s pipe', address: 'npipe:////./pipe/docker_engine' },
      { name: 'Podman’s pipe', address: 'npipe:////./pipe/podman-machine-default' },
    ];
  }
  const runtime = env.XDG_RUNTIME_DIR;
  const sockets: ReadonlyArray<readonly [name: string, path: string | undefined]> = [
    ['Docker’s socket', '/var/run/docker.sock'],
    ['Docker’s own socket of this user', runtime && join(runtime, 'docker.sock')],
    ['Docker Desktop', join(home, '.docker/run/docker.sock')],
    ['Docker Desktop', platform === 'linux' ? join(home, '.docker/desktop/docker.sock') : undefined],
    ['OrbStack', platform === 'darwin' ? join(home, '.orbstack/run/docker.sock') : undefined],
    ['Colima', join(home, '.colima/default/docker.sock')],
    ['Rancher Desktop', join(home, '.rd/docker.sock')],
    ['Podman’s socket of this user', runtime && join(runtime, 'podman/podman.sock')],
    ['Podman’s socket', platform === 'linux' ? '/run/podman/podman.sock' : undefined],
    ['Podman machine', join(home, '.local/share/containers/podman/machine/podman.sock')],
  ];
  return sockets.flatMap(([name, path]) => (path === undefined ? [] : [{ name, address: `unix://${path}` }]));
}
