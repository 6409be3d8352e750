/** The line that every run of the benchmarks begins with: what the figures were measured on. */
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { findPostgresPackage } from '#core/sandbox/postgres/binaries.ts';

export function machineLine(): string {
  const [processor] = cpus();
  const memoryGb = Math.round(totalmem() / 1024 ** 3);
  return [
    `${availableParallelism()} cores (${processor?.model.trim() ?? 'unknown'})`,
    `${memoryGb} GB`,
    `${process.platform} ${process.arch}`,
    `Node ${process.versions.node}`,
    `PostgreSQL ${findPostgresPackage().version} in the sandbox`,
    `load ${loadavg()[0]!.toFixed(1)}`,
  ].join(' · ');
}
