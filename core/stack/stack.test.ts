/** The containers of a real engine, where one answers; what is said where none does. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readStack } from './api.ts';
import type { Machine } from './engine-places.ts';

const home = mkdtempSync(join(tmpdir(), 'mercury-stack-'));
afterAll(() => rmSync(home, { recursive: true }));
const machine = (env: Machine['env']): Machine => ({ env, home, platform: 'linux' });

describe('without an engine', () => {
  test('says every place that was looked at and what to do', async () => {
    const { engine, tries, nextStep } = await readStack(machine({ XDG_RUNTIME_DIR: join(home, 'run') }));
    // The machine's own socket may answer: then this test has nothing to say.
    if (engine?.address === 'unix:///var/run/docker.sock' || engine?.address === 'unix:///run/podman/podman.sock')
      return;
    expect(engine).toBeNull();
    expect(tries.map(({ address }) => address)).toContain(`unix://${join(home, '.colima/default/docker.sock')}`);
    expect(tries.map(({ address }) => address)).toContain(`unix://${join(home, 'run/podman/podman.sock')}`);
    expect(tries.every(({ outcome }) => outcome === 'no such socket')).toBe(true);
    expect(nextStep).toContain('Start Docker, Podman or Colima');
  });

  test('takes DOCKER_HOST at its word', async () => {
    const { engine, tries, nextStep } = await readStack(machine({ DOCKER_HOST: 'tcp://127.0.0.1:1' }));
    expect(engine).toBeNull();
    expect(tries).toEqual([{ place: 'DOCKER_HOST', address: 'tcp://127.0.0.1:1', outcome: 'nothing listens there' }]);
    expect(nextStep).toContain('DOCKER_HOST');
    const ssh = await readStack(machine({ DOCKER_HOST: 'ssh://me@there' }));
    expect(ssh.tries[0]?.outcome).toContain('not an address of a socket');
  });

  test('follows the context that docker uses', async () => {
    const folder = join(home, '.docker');
    const meta = join(folder, 'contexts/meta', createHash('sha256').update('colima').digest('hex'));
    mkdirSync(meta, { recursive: true });
    writeFileSync(join(folder, 'config.json'), '{"currentContext":"colima"}');
    writeFileSync(join(meta, 'meta.json'), '{"Endpoints":{"docker":{"Host":"unix:///nowhere/docker.sock"}}}');
    const { tries } = await readStack(machine({}));
    expect(tries).toEqual([
      { place: 'context colima', address: 'unix:///nowhere/docker.sock', outcome: 'no such socket' },
    ]);
    rmSync(folder, { recursive: true });
  });

  test('gives up on what takes connections and never answers', async () => {
    const socket = join(home, 'silent.sock');
    const server = createServer((connection) => connection.resume());
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    const { tries } = await readStack(machine({ DOCKER_HOST: `unix://${socket}` }));
    expect(tries[0]?.outcome).toBe('no answer within 2 s');
    server.close();
  });
});

const real = process.env.REAL_DOCKER_HOST ?? process.env.DOCKER_HOST;
const lacks = real === undefined ? ' (skipped: neither REAL_DOCKER_HOST nor DOCKER_HOST names an engine)' : '';

describe.skipIf(real === undefined)(`on a real engine${lacks}`, () => {
  const docker = new Docker({ socketPath: real?.replace(/^unix:\/\//, '') ?? '' });
  const project = `mercury-test-${process.pid}`;
  const labels = (service: string) => ({
    'com.docker.compose.project': project,
    'com.docker.compose.service': service,
    'com.docker.compose.project.working_dir': '/home/ada/streams',
  });
  const made: Docker.Container[] = [];

  beforeAll(async () => {
    const [image] = (await docker.listImages()).flatMap(({ RepoTags }) => RepoTags ?? []);
    if (image === undefined) throw new Error('the engine has no image to start a container from');
    const make = (name: string, more: Docker.ContainerCreateOptions) =>
      docker.createContainer({ name: `${project}-${name}`, Image: image, Cmd: ['sleep', '300'], ...more });
    const api = await make('api-1', {
      Labels: labels('api'),
      ExposedPorts: { '8080/tcp': {} },
      HostConfig: { PortBindings: { '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: '0' }] } },
      Healthcheck: { Test: ['CMD', 'true'], Interval: 1_000_000_000 },
    });
    const cache = await make('cache-1', { Labels: labels('cache') });
    made.push(api, cache, await make('alone', {}));
    await api.start();
  });
  afterAll(async () => {
    for (const container of made) await container.remove({ force: true });
  });

  test('lists containers by compose project, stopped ones too', async () => {
    const read = () => readStack(machine({ DOCKER_HOST: real }));
    const { engine, projects } = await read();
    expect(engine).toMatchObject({ foundBy: 'DOCKER_HOST', address: real });
    expect(engine?.version).toMatch(/^\d+\./);
    const mine = projects.find(({ name }) => name === project);
    expect(mine).toMatchObject({ folder: '/home/ada/streams' });
    expect(mine?.containers.map(({ service, state }) => [service, state])).toEqual([
      ['api', 'running'],
      ['cache', 'created'],
    ]);
    const [api, cache] = mine!.containers;
    expect(Date.now() - api!.startedAt!).toBeLessThan(120_000);
    expect(cache!.startedAt).toBeNull();
    expect(api!.ports).toMatchObject([{ containerPort: 8080, protocol: 'tcp', hostAddress: '127.0.0.1' }]);
    expect(api!.ports[0]!.hostPort).toBeGreaterThan(0);
    const alone = projects.find(({ name }) => name === null);
    expect(alone?.containers.map(({ name }) => name)).toContain(`${project}-alone`);
    await expect
      .poll(async () => {
        const { projects: now } = await read();
        return now.find(({ name }) => name === project)?.containers[0]?.health;
      })
      .toBe('healthy');
  });
});
