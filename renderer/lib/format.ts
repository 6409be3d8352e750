/** Numbers, sizes, times and durations as people read them. Nothing here rounds a value of a record: see exact.ts. */
import { usePreferences } from './preferences.ts';

/** Between groups of digits; the space is narrow and never broken. */
const separators = { space: '\u202f', comma: ',', none: '' } as const;

/** `336 776`, of any length, exact; grouped as the user prefers. */
export function formatCount(count: bigint | number): string {
  return String(count).replace(/\B(?=(\d{3})+(?!\d))/g, separators[usePreferences.getState().digits]);
}

/** `0`, `4.2`, `176`, `12 345`: as many digits as mean something. */
export function formatRate(perSecond: number): string {
  if (perSecond === 0) return '0';
  if (perSecond < 10) return perSecond.toFixed(1);
  return formatCount(Math.round(perSecond));
}

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Steps of 1000, as disks and networks count: `64 B`, `4.2 MB`. */
export function formatBytes(bytes: bigint | number): string {
  let size = Number(bytes);
  let unit = 0;
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || size >= 99.95 ? 0 : 1;
  return `${size.toFixed(digits)} ${units[unit]}`;
}

/** The time of one step: `4 µs`, `0.42 ms`, `21 ms`, `1.3 s`. */
export function formatMilliseconds(milliseconds: number): string {
  if (milliseconds > 0 && milliseconds < 0.1) return `${Math.max(1, Math.round(milliseconds * 1000))} µs`;
  if (milliseconds < 10) return `${milliseconds.toFixed(milliseconds < 1 ? 2 : 1)} ms`;
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  return `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 2 : 1)} s`;
}

/** How long something has lasted: `8 s`, `3 min 20 s`, `2 h 05 min`, `4 d 3 h`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${pad(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${pad(minutes % 60)} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Time of day with milliseconds, local or UTC as the user prefers: `14:02:11.482`. */
export function formatTime(at: Date): string {
  const { hours, minutes, seconds, milliseconds } = partsOf(at);
  return `${pad(hours)}:${pad(minutes)}:${pad(seconds)}.${pad(milliseconds, 3)}`;
}

/** Date and time with milliseconds: `2026-11-24 14:02:11.482`; with a `Z` in UTC. */
export function formatDateTime(at: Date): string {
  const { year, month, day } = partsOf(at);
  return `${year}-${pad(month)}-${pad(day)} ${formatTime(at)}${isUtc() ? 'Z' : ''}`;
}

const isUtc = (): boolean => usePreferences.getState().timeZone === 'utc';

function partsOf(at: Date) {
  const isIn = isUtc();
  return {
    year: isIn ? at.getUTCFullYear() : at.getFullYear(),
    month: (isIn ? at.getUTCMonth() : at.getMonth()) + 1,
    day: isIn ? at.getUTCDate() : at.getDate(),
    hours: isIn ? at.getUTCHours() : at.getHours(),
    minutes: isIn ? at.getUTCMinutes() : at.getMinutes(),
    seconds: isIn ? at.getUTCSeconds() : at.getSeconds(),
    milliseconds: at.getUTCMilliseconds(),
  };
}

/** A record's timestamp; beyond what a Date can hold, the number itself. */
export function formatTimestamp(milliseconds: bigint): string {
  const at = new Date(Number(milliseconds));
  return Number.isNaN(at.getTime()) ? String(milliseconds) : formatDateTime(at);
}

export function plural(count: bigint | number, one: string, many: string = `${one}s`): string {
  return `${formatCount(count)} ${BigInt(count) === 1n ? one : many}`;
}

function pad(value: number, length = 2): string {
  return String(value).padStart(length, '0');
}
