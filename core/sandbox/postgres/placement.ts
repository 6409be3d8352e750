/**
 * Where the server's files lie and as whom it runs.
 *
 * PostgreSQL refuses to run as root, so a workbench started by root runs it as another uid. That uid often can't pass the
 * folders above the data (a state directory of mode 0700, /root): then the files go below /var/lib, and the data directory
 * remembers where.
 */
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { findPostmaster } from './leftover.ts';
import { readRecord, type ServerRecord, writeRecord } from './record.ts';

/** The uid and gid to run as; absent where the server runs as ourselves. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

export interface Placement {
  readonly identity: Identity | undefined;
  /** Holds the folder `cluster`; the server can pass it but not write to it. */
  readonly homeDir: string;
  readonly binariesDir: string;
}

export interface PlacementOptions {
  /** `<dataDir>/postgres`, which exists. */
  readonly serverDir: string;
  readonly cacheDir: string;
  readonly systemDir?: string;
}

const defaultSystemDir = '/var/lib/mercury-workbench';
const nobody: Identity = { uid: 65534, gid: 65534 };

const ownerSchema = z.object({ serverDir: z.string(), device: z.number() });

/** Where the data of this server lies, or would lie; nothing is made. */
export function clusterFolder(serverDir: string, systemDir: string = defaultSystemDir): string {
  const { home } = readRecord(serverDir);
  return join(home === undefined ? serverDir : join(systemDir, 'postgres', home), 'cluster');
}

/** Decides, makes the folders and remembers the decision in the server's record. */
export function placeServer(options: PlacementOptions): Placement {
  const { serverDir, cacheDir, systemDir = defaultSystemDir } = options;
  if (process.getuid?.() !== 0) return { identity: undefined, homeDir: serverDir, binariesDir: cacheDir };
  const identity = ownerOf(join(serverDir, 'cluster')) ?? nobody;
  const record = readRecord(serverDir);
  mkdirSync(cacheDir, { recursive: true });
  const binariesDir = canReach(cacheDir, identity) ? cacheDir : makePassable(systemDir, 'bin');
  if (record.home === undefined && canReach(serverDir, identity)) return { identity, homeDir: serverDir, binariesDir };
  return { identity, homeDir: homeBelow(systemDir, serverDir, record), binariesDir };
}

/** A cluster that a plain user made in place goes on as that user, though root starts it this time. */
function ownerOf(clusterDir: string): Identity | undefined {
  if (!existsSync(clusterDir)) return undefined;
  const { uid, gid } = statSync(clusterDir);
  return uid === 0 ? undefined : { uid, gid };
}

/** Whether `identity`, which has no other groups, may pass every folder down to and including `path`. */
export function canReach(path: string, identity: Identity): boolean {
  for (let folder = realpathSync(path); ; folder = dirname(folder)) {
    const { mode, uid, gid } = statSync(folder);
    const bit = uid === identity.uid ? 0o100 : gid === identity.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/** The record is written first: a folder that no record names is swept away by the next start. */
function homeBelow(systemDir: string, serverDir: string, record: ServerRecord): string {
  const home = record.home ?? randomBytes(8).toString('hex');
  if (record.home === undefined) writeRecord(serverDir, { ...record, home });
  const homeDir = makePassable(systemDir, 'postgres', home);
  const owner = { serverDir: realpathSync(serverDir), device: statSync(serverDir).dev };
  writeFileSync(join(homeDir, 'owner.json'), JSON.stringify(owner), { mode: 0o600 });
  return homeDir;
}

/** Makes a folder below `systemDir` that any uid may pass but none may list. */
function makePassable(systemDir: string, ...names: string[]): string {
  let folder = systemDir;
  for (const name of ['', ...names]) {
    folder = join(folder, name);
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o711);
  }
  return folder;
}

/** Removes the homes whose data directory is gone. Never throws: what can't be judged stays. */
export async function sweepHomes(log: (line: string) => void, systemDir: string = defaultSystemDir): Promise<void> {
  const homesDir = join(systemDir, 'postgres');
  if (process.getuid?.() !== 0 || !existsSync(homesDir)) return;
  for (const home of await readdir(homesDir)) {
    try {
      await sweepHome(homesDir, home, log);
    } catch (error) {
      log(`${join(homesDir, home)} stays: ${(error as Error).message}`);
    }
  }
}

async function sweepHome(homesDir: string, home: string, log: (line: string) => void): Promise<void> {
  const homeDir = join(homesDir, home);
  // Renamed before it is removed, so that a removal cut short never leaves a half cluster under its name.
  const gone = join(homesDir, `gone-${home.replace(/^gone-/, '')}`);
  if (homeDir !== gone) {
    if (!isAbandoned(homeDir, home) || findPostmaster(join(homeDir, 'cluster')) !== undefined) return;
    log(`removing ${homeDir}: its data directory is gone`);
    renameSync(homeDir, gone);
  }
  await rm(gone, { recursive: true, force: true });
}

function isAbandoned(homeDir: string, home: string): boolean {
  const path = join(homeDir, 'owner.json');
  if (!existsSync(path)) return false;
  const owner = ownerSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  if (existsSync(join(owner.serverDir, 'server.json'))) return readRecord(owner.serverDir).home !== home;
  // On another device than it was: the disk with the data directory is only not mounted now.
  return nearestDevice(owner.serverDir) === owner.device;
}

function nearestDevice(path: string): number {
  return existsSync(path) ? statSync(path).dev : nearestDevice(dirname(path));
}
