/** The folder that holds a broker: its format, the cluster's id, and the claim that keeps a second broker out. */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { WorkbenchError } from '#core/contract/errors.ts';

const formatVersion = 1;

interface Format {
  readonly format: 'mercury-broker';
  readonly version: number;
  readonly clusterId: string;
}

export interface DataDir {
  readonly clusterId: string;
  /** Lets another broker open the folder. */
  release(): void;
}

/** Throws DATA_IN_USE when another broker has it open, UNSUPPORTED when a newer version has written it. */
export function openDataDir(dataDir: string): DataDir {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const release = claim(dataDir);
  try {
    return { clusterId: readFormat(dataDir).clusterId, release };
  } catch (error) {
    release();
    throw error;
  }
}

function readFormat(dataDir: string): Format {
  const path = join(dataDir, 'format.json');
  if (!existsSync(path)) {
    const format: Format = {
      format: 'mercury-broker',
      version: formatVersion,
      clusterId: randomBytes(16).toString('base64url'),
    };
    writeFileSync(`${path}.new`, `${JSON.stringify(format)}\n`, { mode: 0o600 });
    renameSync(`${path}.new`, path);
    return format;
  }
  const format = JSON.parse(readFileSync(path, 'utf8')) as Format;
  if (format.format === 'mercury-broker' && format.version === formatVersion) return format;
  throw new WorkbenchError('UNSUPPORTED', `The broker's data has format ${format.format} ${format.version}`, {
    object: dataDir,
    nextStep: 'Open it with the version of Mercury Workbench that wrote it, or choose another data folder.',
  });
}

/** A file names the process that has the folder open, with its start time, since a process id is used again. */
function claim(dataDir: string): () => void {
  const path = join(dataDir, 'broker.pid');
  const own = `${process.pid} ${startTime(process.pid)}\n`;
  for (let attempt = 0; ; attempt++) {
    try {
      const fd = openSync(path, 'wx', 0o600);
      writeSync(fd, own);
      closeSync(fd);
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt > 2) throw error;
      refuseIfAlive(path, dataDir);
      rmSync(path, { force: true });
    }
  }
}

function refuseIfAlive(path: string, dataDir: string): void {
  const [pid = '', started = ''] = readFileSync(path, 'utf8').trim().split(' ');
  if (!isAlive(Number(pid)) || startTime(Number(pid)) !== started) return;
  throw new WorkbenchError('DATA_IN_USE', `Process ${pid} has this broker's data open`, {
    object: dataDir,
    nextStep: `Stop process ${pid}, or choose another data folder.`,
  });
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Clock ticks since boot at which the process began; empty where the system does not say (then only the id counts). */
function startTime(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
