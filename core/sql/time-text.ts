/** Dates and times as text, exact to the microsecond, with DuckDB's years before Christ and its infinities. */
const dayUs = 86_400_000_000n;
const latest64 = 2n ** 63n - 1n;
const latest32 = 2 ** 31 - 1;

/** Days since 1970-01-01. */
export function dateText(days: number): string {
  if (days === latest32) return 'infinity';
  if (days === -latest32) return '-infinity';
  const { year, month, day } = civil(days);
  const date = `${String(year > 0 ? year : 1 - year).padStart(4, '0')}-${two(month)}-${two(day)}`;
  return year > 0 ? date : `${date} (BC)`;
}

/** Microseconds since midnight: `10:00:00`, `10:00:00.000001`. */
export function timeText(us: bigint): string {
  const seconds = Number(us / 1_000_000n);
  const fraction = String(us % 1_000_000n)
    .padStart(6, '0')
    .replace(/0+$/, '');
  const time = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return fraction === '' ? time : `${time}.${fraction}`;
}

/** Microseconds since 1970-01-01: `2013-01-01 10:00:00`, with `+00` when it is a moment and not a wall clock. */
export function timestampText(us: bigint, utc: boolean): string {
  if (us === latest64) return 'infinity';
  if (us === -latest64) return '-infinity';
  const inDay = ((us % dayUs) + dayUs) % dayUs;
  const date = dateText(Number((us - inDay) / dayUs));
  return `${date} ${timeText(inDay)}${utc ? '+00' : ''}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** Days to a date of the Gregorian calendar; `Date` ends 200,000 years too early. */
function civil(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}
