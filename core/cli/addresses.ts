/**
 * Where a command finds Kafka, the registry and Postgres: as given, else by a connection of the workspace, else the sandbox
 * that runs for this user.
 */
import type { Command } from 'commander';
import { type ConnectionDefinition, sandboxConnection } from '#core/contract/connection.ts';
import { WorkbenchError } from '#core/contract/errors.ts';
import { findSandbox } from '#core/sandbox/sandbox.ts';
import { type ConnectionGuard, type ResolvedConnection, sealConnection } from '#core/workspace/connection.ts';
import { readConnectionFile } from '#core/workspace/connection-file.ts';
import { defaultStateDir, defaultWorkspaceDir, sandboxDir } from '#core/workspace/paths.ts';
import { lockedDown, Policies } from '#core/workspace/policy.ts';
import { isReadOnly, resolveDefinition } from '#core/workspace/resolve-connection.ts';
import { openSecrets, secretsVariable } from '#core/workspace/secrets.ts';
import { brokers } from './arguments.ts';

export interface AddressOptions {
  /** A file of `connections/`; addresses that are given win over what it says. */
  readonly connection?: string;
  /** Writes are allowed though the connection is read-only. */
  readonly unlock?: boolean;
  readonly kafka?: string;
  readonly registry?: string;
  readonly postgres?: string;
}

export function withAddresses(command: Command): Command {
  return command
    .option('--connection <name>', 'a connection of the workspace; the running sandbox when left out')
    .option('--unlock', 'let this command write, though the connection is read-only')
    .option('--kafka <host:port>', 'bootstrap servers, separated by commas; the running sandbox when left out', brokers)
    .option('--registry <url>', 'Schema Registry; the running sandbox when left out');
}

/** Throws `KAFKA_UNREACHABLE` when nothing was given and no sandbox runs; `NOT_FOUND` or `SECRET_MISSING` for a connection. */
export function resolveAddresses(options: AddressOptions): ResolvedConnection {
  const { connection = sandboxConnection } = options;
  return sealConnection(connection === sandboxConnection ? sandboxAddresses(options) : named(connection, options));
}

function named(name: string, { kafka, registry, postgres, unlock }: AddressOptions): ResolvedConnection {
  const file = readConnectionFile(defaultWorkspaceDir(), name);
  if (file?.definition === undefined || file.fault !== undefined) throw file?.fault ?? noConnection(name);
  const { definition } = file;
  const secrets = openSecrets({ stateDir: defaultStateDir() });
  const found = resolveDefinition(definition, {
    workspaceDir: defaultWorkspaceDir(),
    secretOf: (secret) => {
      if (secrets.has(secret)) return secrets.get(secret);
      throw new WorkbenchError('SECRET_MISSING', `the secret ${secret} of ${name} can't be read here`, {
        object: secret,
        nextStep: `Enter it on the page Connections of a Mercury Workbench started with ${secretsVariable}; give this command the same value.`,
      });
    },
    guard: followedGuard(definition, unlock === true),
  });
  return {
    ...found,
    ...(kafka === undefined ? {} : { kafka: { ...found.kafka, brokers: kafka.split(',') } }),
    ...(registry === undefined ? {} : { registry: { url: registry } }),
    ...(postgres === undefined ? {} : { postgres: { url: postgres } }),
  };
}

/** Follows the policy for as long as the command runs. */
function followedGuard(definition: ConnectionDefinition, isUnlocked: boolean): ConnectionGuard {
  const policies = new Policies(defaultStateDir());
  const read = (): ConnectionGuard => {
    const guard = policies.guardOf(definition.name, isReadOnly(definition));
    return { ...guard, readOnly: guard.readOnly && !isUnlocked };
  };
  const guard = read();
  policies.watch(() => {
    try {
      Object.assign(guard, read());
    } catch {
      Object.assign(guard, lockedDown(guard));
    }
  });
  return guard;
}

function noConnection(name: string): WorkbenchError {
  return new WorkbenchError('NOT_FOUND', `there is no connection ${name} in ${defaultWorkspaceDir()}`, {
    object: name,
    nextStep: 'Make it on the page Connections, or as a file: docs/connections.md.',
  });
}

function sandboxAddresses(options: AddressOptions): ResolvedConnection {
  const { kafka, registry, postgres } = options;
  const sandbox =
    kafka === undefined || postgres === undefined ? findSandbox(sandboxDir(defaultStateDir())) : undefined;
  const bootstrap = kafka ?? sandbox?.kafka;
  if (bootstrap === undefined) {
    throw new WorkbenchError('KAFKA_UNREACHABLE', 'no sandbox runs here and no Kafka was given', {
      nextStep: 'Start one with `mercury sandbox up`, or name a cluster with --kafka host:port.',
    });
  }
  // A cluster of the user's own never falls back to the sandbox's registry; Postgres is chosen by itself.
  const registryUrl = registry ?? (kafka === undefined ? sandbox?.registry : undefined);
  const postgresUrl = postgres ?? sandbox?.postgres;
  return {
    name: kafka === undefined ? 'sandbox' : bootstrap,
    kafka: { brokers: bootstrap.split(',') },
    registry: registryUrl === undefined ? undefined : { url: registryUrl },
    postgres: postgresUrl === undefined ? undefined : { url: postgresUrl },
  };
}
