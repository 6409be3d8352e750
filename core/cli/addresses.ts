/** Where a command finds Kafka, the registry and Postgres: as given, else the sandbox that runs for this user. */
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { WorkbenchError } from '#core/contract/errors.ts';
import { findSandbox } from '#core/sandbox/sandbox.ts';
import type { ResolvedConnection } from '#core/workspace/connection.ts';
import { defaultStateDir } from '#core/workspace/paths.ts';

export interface AddressOptions {
  readonly kafka?: string;
  readonly registry?: string;
  readonly postgres?: string;
}

export function defaultSandboxDir(): string {
  return join(defaultStateDir(), 'sandbox');
}

export function withAddresses(command: Command): Command {
  return command
    .option('--kafka <host:port>', 'bootstrap servers, separated by commas; the running sandbox when left out', brokers)
    .option('--registry <url>', 'Schema Registry; the running sandbox when left out');
}

/** Throws `KAFKA_UNREACHABLE` when nothing was given and no sandbox runs. */
export function resolveAddresses(options: AddressOptions): ResolvedConnection {
  const { kafka, registry, postgres } = options;
  const sandbox = kafka === undefined || postgres === undefined ? findSandbox(defaultSandboxDir()) : undefined;
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
    registry: registryUrl === undefined ? undefined : { url: registryUrl.replace(/\/$/, '') },
    postgres: postgresUrl === undefined ? undefined : { url: postgresUrl },
  };
}

function brokers(text: string): string {
  const isValid = text.split(',').every((address) => /^[^\s:]+:\d{1,5}$/.test(address));
  if (!isValid) throw new InvalidArgumentError('Give host:port, several separated by commas.');
  return text;
}

export function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535)
    throw new InvalidArgumentError('Give a port from 0 to 65535.');
  return value;
}
