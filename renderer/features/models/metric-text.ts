/** A figure of a model's card: counts exactly, measures to four digits. */
import { formatCount } from '../../lib/format.ts';

export function metricText(value: number): string {
  return Number.isInteger(value) ? formatCount(value) : String(Number(value.toPrecision(4)));
}

const titles: Readonly<Record<string, string>> = {
  mae: 'mean abs. error',
  rmse: 'root mean square error',
  r2: 'R²',
  held_out_rows: 'rows held out',
};

/** As the card calls it, where it is none of the usual. */
export const metricTitle = (name: string): string => titles[name] ?? name.replaceAll('_', ' ');
