/** What Linux says of a process in `/proc/<pid>/stat` (proc(5)). */
import { readFileSync } from 'node:fs';

export interface ProcStat {
  /** `R` running, `S` sleeping, `Z` ended and not yet asked for, … */
  readonly state: string;
  /** The pid of its session's first process. */
  readonly session: number;
  /** Clock ticks since the machine's start, as text. */
  readonly startTime: string;
}

/** Throws where there is no such process. */
export function readProcStat(pid: number): ProcStat {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The command's name is in brackets and may hold blanks; the fields after it are fixed.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0]!, session: Number(fields[3]), startTime: fields[19]! };
}
