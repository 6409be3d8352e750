/** The containers of this machine, by compose project. */
import { z } from 'zod';

export const containerStates = [
  'created',
  'running',
  'paused',
  'restarting',
  'removing',
  'exited',
  'dead',
  'unknown',
] as const;

export const containerSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** Of its compose project; null for one that was started by hand. */
  service: z.string().nullable(),
  image: z.string(),
  state: z.enum(containerStates),
  /** As its health check says; null where it has none. */
  health: z.enum(['starting', 'healthy', 'unhealthy']).nullable(),
  /** The engine's own words: `Up 3 hours`, `Exited (1) 2 minutes ago`. */
  status: z.string(),
  /** Milliseconds since 1970-01-01 UTC. */
  createdAt: z.number(),
  /** Null while it does not run. */
  startedAt: z.number().nullable(),
  /** `hostPort` is null for one that is open to other containers only. */
  ports: z.array(
    z.object({
      containerPort: z.int(),
      protocol: z.string(),
      hostAddress: z.string().nullable(),
      hostPort: z.int().nullable(),
    }),
  ),
});
export type StackContainer = z.infer<typeof containerSchema>;

export const stackProjectSchema = z.object({
  /** Null: containers that belong to no compose project. */
  name: z.string().nullable(),
  /** The folder of its compose file, as compose noted it. */
  folder: z.string().nullable(),
  containers: z.array(containerSchema),
});
export type StackProject = z.infer<typeof stackProjectSchema>;

export const engineSchema = z.object({
  /** `Docker Engine`, `Podman Engine`. */
  name: z.string(),
  version: z.string(),
  apiVersion: z.string(),
  /** Where it answers: a socket or a URL. */
  address: z.string(),
  /** How it was found: `DOCKER_HOST`, `context colima`. */
  foundBy: z.string(),
});
export type ContainerEngine = z.infer<typeof engineSchema>;

/** One place that was asked for an engine. */
export const engineTrySchema = z.object({
  place: z.string(),
  /** Null where nothing names an address there. */
  address: z.string().nullable(),
  outcome: z.string(),
});
export type EngineTry = z.infer<typeof engineTrySchema>;

export const stackSchema = z.object({
  /** Null where no engine answers: `tries` says what was looked for. */
  engine: engineSchema.nullable(),
  projects: z.array(stackProjectSchema),
  tries: z.array(engineTrySchema),
  nextStep: z.string().nullable(),
});
export type Stack = z.infer<typeof stackSchema>;
