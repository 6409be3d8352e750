/** The containers of a machine with two compose projects; none answers in `empty` and `error`. */
import { implement } from '@orpc/server';
import { contract } from '#core/contract/contract.ts';
import type { Stack, StackContainer } from '#core/contract/stack.ts';
import { answerable } from './fake-answers.ts';
import type { FakeWorkbench } from './fake-workbench.ts';

const os = implement(contract.stack);

export function fakeStack(workbench: FakeWorkbench) {
  return {
    get: os.get.handler(async ({ signal }) => {
      await answerable(workbench, signal, 'the containers');
      return workbench.scenario === 'empty' ? noEngine : full();
    }),
  };
}

const noEngine: Stack = {
  engine: null,
  projects: [],
  tries: [
    { place: 'Docker’s socket', address: 'unix:///var/run/docker.sock', outcome: 'no such socket' },
    { place: 'Docker Desktop', address: 'unix:///home/ada/.docker/run/docker.sock', outcome: 'no such socket' },
    { place: 'Podman’s socket', address: 'unix:///run/podman/podman.sock', outcome: 'nothing listens there' },
  ],
  nextStep: 'Start Docker, Podman or Colima, or install one of them; everything but this page works without.',
};

function full(): Stack {
  return {
    engine: {
      name: 'Docker Engine',
      version: '28.2.2',
      apiVersion: '1.50',
      address: 'unix:///var/run/docker.sock',
      foundBy: 'Docker’s socket',
    },
    projects: [
      {
        name: 'streams',
        folder: '/home/ada/streams',
        containers: [
          container('kafka', { health: 'healthy', ports: [port(9092, 9092), port(9093, null)] }),
          container('postgres', { health: 'starting', image: 'postgres:18', ports: [port(5432, 5432)] }),
          container('registry', { state: 'exited', status: 'Exited (1) 2 minutes ago', startedAt: null }),
        ],
      },
      { name: null, folder: null, containers: [container('toolbox', { service: null, image: 'busybox:1' })] },
    ],
    tries: [],
    nextStep: null,
  };
}

function container(service: string, more: Partial<StackContainer>): StackContainer {
  const createdAt = Date.now() - 7_400_000;
  return {
    id: service.padEnd(12, '0'),
    name: `streams-${service}-1`,
    service,
    image: 'apache/kafka:4.3.1',
    state: 'running',
    health: null,
    status: 'Up 2 hours',
    createdAt,
    startedAt: createdAt + 2_000,
    ports: [],
    ...more,
  };
}

function port(containerPort: number, hostPort: number | null): StackContainer['ports'][number] {
  return { containerPort, protocol: 'tcp', hostAddress: hostPort === null ? null : '127.0.0.1', hostPort };
}
