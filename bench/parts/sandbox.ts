/** A sandbox for one benchmark: a process of its own on a temporary folder, without the feed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { say } from './measure.ts';
import { firstLine, runMercury, startMercury, stop } from './mercury.ts';

/** Where a benchmark finds its servers. */
export interface Servers {
  readonly kafka: string;
  readonly registry: string;
  readonly postgres: string;
}

export interface BenchSandbox extends Servers, AsyncDisposable {}

const addressesSchema = z.object({ kafka: z.string(), registry: z.string(), postgres: z.string() });

export async function openSandbox(): Promise<BenchSandbox> {
  const dir = await mkdtemp(join(tmpdir(), 'mercury-bench-'));
  const child = startMercury(['sandbox', 'up', '--data', join(dir, 'sandbox'), '--no-feed', '--json']);
  const close = async (): Promise<void> => {
    await stop(child);
    await rm(dir, { recursive: true, force: true });
  };
  try {
    const addresses = addressesSchema.parse(JSON.parse(await firstLine(child)));
    return { ...addresses, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Sends all flights of the sample to the topic `flights`. */
export async function loadFlights({ kafka, registry }: Servers): Promise<void> {
  const args = ['sandbox', 'load', 'flights', '--kafka', kafka, '--registry', registry, '--json'];
  const { sent, seconds } = loadedSchema.parse(await runMercury(args));
  say(`  ${sent.toLocaleString('en')} flights sent in ${seconds.toFixed(1)} s`);
}

const loadedSchema = z.object({ sent: z.int(), seconds: z.number() });
