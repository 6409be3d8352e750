/** The containers of an engine as pages show them, grouped by compose project. Matched by compose's labels, never by name. */
import type { ContainerInfo } from 'dockerode';
import { containerStates, type StackContainer, type StackProject } from '#core/contract/stack.ts';
import { type FoundEngine, inTime } from './engine.ts';

const projectLabel = 'com.docker.compose.project';
const serviceLabel = 'com.docker.compose.service';
const folderLabel = 'com.docker.compose.project.working_dir';

/** Projects by name, then what belongs to none; stopped containers too. */
export async function listProjects({ docker }: FoundEngine): Promise<StackProject[]> {
  const infos = await inTime(docker.listContainers({ all: true }));
  const containers = await Promise.all(infos.map(async (info) => toContainer(info, await startedAt(docker, info))));
  const byProject = Map.groupBy(infos.keys(), (index) => infos[index]!.Labels[projectLabel] ?? null);
  const projects = [...byProject].map(([name, indexes]) => ({
    name,
    folder: infos[indexes[0]!]!.Labels[folderLabel] ?? null,
    containers: indexes.map((index) => containers[index]!).sort(byName),
  }));
  return projects.sort((a, b) => (a.name === null ? 1 : b.name === null ? -1 : a.name < b.name ? -1 : 1));
}

function byName(a: StackContainer, b: StackContainer): number {
  return (a.service ?? a.name).localeCompare(b.service ?? b.name);
}

/** The list does not tell it. A container that is gone by now has none. */
async function startedAt(docker: FoundEngine['docker'], { Id, State }: ContainerInfo): Promise<number | null> {
  if (State !== 'running' && State !== 'paused') return null;
  try {
    const { State: state } = await inTime(docker.getContainer(Id).inspect());
    const at = Date.parse(state.StartedAt);
    return Number.isNaN(at) ? null : at;
  } catch {
    return null;
  }
}

function toContainer(info: ContainerInfo, started: number | null): StackContainer {
  const { Id, Names, Labels, Image, State, Status, Created } = info;
  return {
    id: Id.slice(0, 12),
    name: Names[0]?.replace(/^\//, '') ?? Id.slice(0, 12),
    service: Labels[serviceLabel] ?? null,
    image: Image,
    state: containerStates.find((state) => state === State) ?? 'unknown',
    health: healthOf(Status),
    status: Status,
    createdAt: Created * 1_000,
    startedAt: started,
    ports: portsOf(info),
  };
}

/** The list has it in its words alone: `Up 2 minutes (healthy)`. */
function healthOf(status: string): StackContainer['health'] {
  const [, word] = /\((?:health: )?(healthy|unhealthy|starting)\)/.exec(status) ?? [];
  return (word as StackContainer['health']) ?? null;
}

/** Each once: an engine lists a port for IPv4 and for IPv6. */
function portsOf({ Ports }: ContainerInfo): StackContainer['ports'] {
  const ports = Ports.map(({ IP, PrivatePort, PublicPort, Type }) => ({
    containerPort: PrivatePort,
    protocol: Type,
    hostAddress: PublicPort === undefined ? null : (IP ?? null),
    hostPort: PublicPort ?? null,
  }));
  const byPlace = new Map(
    ports.map((port) => [`${port.hostPort}:${port.containerPort}/${port.protocol}`, port] as const).reverse(),
  );
  return [...byPlace.values()].sort((a, b) => a.containerPort - b.containerPort);
}
