/** The folder that holds a broker: its format, the cluster's id, and the claim that keeps a second broker out. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WorkbenchError } from '#core/contract/errors.ts';
import { lockFolder } from '#core/process/lock.ts';
import { replaceFile } from './replace-file.ts';

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
  const { release } = lockFolder(dataDir);
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
    replaceFile(path, `${JSON.stringify(format)}\n`);
    return format;
  }
  const format = JSON.parse(readFileSync(path, 'utf8')) as Format;
  if (format.format === 'mercury-broker' && format.version === formatVersion) return format;
  throw new WorkbenchError('UNSUPPORTED', `The broker's data has format ${format.format} ${format.version}`, {
    object: dataDir,
    nextStep: 'Open it with the version of Mercury Workbench that wrote it, or choose another data folder.',
  });
}
