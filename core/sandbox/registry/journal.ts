/**
 * The registry's memory: a text file that only grows, one event a line, each line with its checksum.
 *
 * An event is on the disk before `append` returns, so what was acknowledged survives a kill and a power loss. A last line
 * that a crash cut short was never acknowledged: it is removed. Damage anywhere else is refused rather than skipped,
 * for skipping would hand out an id twice.
 */
import { closeSync, fdatasyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { WorkbenchError } from '#core/contract/errors.ts';

const header = 'mercury-registry 1';

export interface Journal {
  /** Throws what the file system threw, with the file as it was before. */
  append(event: object): void;
  close(): void;
}

/** `replay` receives every stored event in order before this returns. */
export function openJournal(file: string, replay: (event: unknown) => void): Journal {
  mkdirSync(dirname(file), { recursive: true });
  const descriptor = openSync(file, 'a+', 0o600);
  try {
    const bytes = readFileSync(file);
    let size = readEvents(bytes, file, replay);
    if (size < bytes.length) ftruncateSync(descriptor, size);
    const write = (line: string): void => {
      const added = Buffer.from(`${line}\n`);
      try {
        writeAll(descriptor, added);
        fdatasyncSync(descriptor);
      } catch (error) {
        ftruncateSync(descriptor, size);
        throw error;
      }
      size += added.length;
    };
    if (size === 0) write(header);
    return {
      append: (event) => write(encodeLine(JSON.stringify(event))),
      close: () => closeSync(descriptor),
    };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** Replays what is whole and returns how many bytes that is. */
function readEvents(bytes: Buffer, file: string, replay: (event: unknown) => void): number {
  let position = 0;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, position)) {
    const line = bytes.toString('utf8', position, end);
    if (position === 0) checkHeader(line, file);
    else {
      const event = decodeLine(line);
      if (event === undefined) {
        if (end === bytes.length - 1) return position;
        throw damaged(file, `the line at byte ${position} does not match its checksum`);
      }
      replay(event);
    }
    position = end + 1;
  }
  if (position === 0 && !header.startsWith(bytes.toString('utf8'))) throw damaged(file, 'it is no registry journal');
  return position;
}

function checkHeader(line: string, file: string): void {
  if (line === header) return;
  if (!line.startsWith('mercury-registry ')) throw damaged(file, 'it is no registry journal');
  throw new WorkbenchError('UNSUPPORTED', `The registry's journal was written by a newer Mercury Workbench (${line})`, {
    object: file,
    nextStep: 'Update Mercury Workbench, or start the sandbox with another data folder.',
  });
}

function encodeLine(json: string): string {
  return `${crc32(json).toString(16).padStart(8, '0')} ${json}`;
}

function decodeLine(line: string): unknown {
  const json = line.slice(9);
  if (encodeLine(json) !== line) return undefined;
  return JSON.parse(json);
}

function writeAll(descriptor: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
}

function damaged(file: string, reason: string): WorkbenchError {
  return new WorkbenchError('WORKSPACE_INVALID', `The registry's journal is damaged: ${reason}`, {
    object: file,
    nextStep: "Restore the file from a backup, or reset the sandbox's data.",
  });
}
