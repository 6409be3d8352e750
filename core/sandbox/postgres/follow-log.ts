/** Reads what the server appends to its log, line by line. Looks twice a second: the server's file tells nobody. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const everyMs = 500;
/** More than this at once, and the lines between are not read. */
const mostBytes = 256 * 1024;

export interface LogFollower {
  /** Reads what is left, then stops. */
  close(): void;
}

/** From the end that the file has now. */
export function followLog(path: string, onLine: (line: string) => void): LogFollower {
  const fd = openSync(path, 'r');
  let position = fstatSync(fd).size;
  let rest = '';
  const read = (): void => {
    const { size } = fstatSync(fd);
    // It was cut because it grew too large.
    if (size < position) position = 0;
    if (size === position) return;
    if (size - position > mostBytes) position = size - mostBytes;
    const bytes = Buffer.alloc(size - position);
    position += readSync(fd, bytes, 0, bytes.length, position);
    const lines = (rest + bytes.toString('utf8')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') onLine(line);
  };
  const timer = setInterval(read, everyMs);
  timer.unref();
  return {
    close() {
      clearInterval(timer);
      read();
      closeSync(fd);
    },
  };
}
