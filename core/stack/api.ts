/** The contract's methods of the container engine of this machine. */
import { implement } from '@orpc/server';
import { contract } from '#core/contract/contract.ts';
import type { Stack } from '#core/contract/stack.ts';
import { listProjects } from './containers.ts';
import { findEngine, reasonOf } from './engine.ts';
import { type Machine, thisMachine } from './engine-places.ts';

const os = implement(contract.stack);

export function stackApi() {
  return { get: os.get.handler(() => readStack(thisMachine)) };
}

/** Looks for the engine each time: it may have been started since. */
export async function readStack(machine: Machine): Promise<Stack> {
  const { found, tries, isNamed } = await findEngine(machine);
  if (found === undefined)
    return { engine: null, projects: [], tries: [...tries], nextStep: nextStepOf(tries, isNamed) };
  try {
    return { engine: found.about, projects: await listProjects(found), tries: [...tries], nextStep: null };
  } catch (error) {
    const { foundBy: place, address } = found.about;
    const failed = { place, address, outcome: `answered, then failed: ${reasonOf(error)}` };
    return { engine: null, projects: [], tries: [failed], nextStep: 'Wait until the engine is up, then look again.' };
  }
}

function nextStepOf(tries: readonly { place: string; outcome: string }[], isNamed: boolean): string {
  if (tries.some(({ outcome }) => outcome === 'this user may not use it')) {
    return 'Give this user the right to the socket (for Docker on Linux: the group docker), then look again.';
  }
  if (isNamed)
    return `Start the engine that ${tries[0]?.place} names, or change it, then start Mercury Workbench again.`;
  return 'Start Docker, Podman or Colima, or install one of them; everything but this page works without.';
}
