/**
 * How figures are made: the things compared run in turn (A B C A B C …), each ratio is of two neighbours, the median
 * counts. A machine that grows slower meanwhile then slows both sides.
 */
import { quietMoment } from './quiet.ts';

/** `BENCH_ROUNDS`; `npm run bench -- --rounds N` sets it. */
export function rounds(): number {
  const wanted = Number(process.env.BENCH_ROUNDS ?? 5);
  if (Number.isInteger(wanted) && wanted > 0) return wanted;
  throw new Error(`BENCH_ROUNDS is a number of rounds, not ${process.env.BENCH_ROUNDS}`);
}

export interface Contender {
  readonly name: string;
  /** One run; answers its rate (or whatever is compared: more is better). */
  run(round: number): Promise<number>;
}

/** The rates of each contender, round by round. `unit` is printed behind each. */
export async function alternate(contenders: readonly Contender[], unit: string): Promise<Map<string, number[]>> {
  const rates = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 1; round <= rounds(); round++) {
    const shown: string[] = [];
    let busiest = 0;
    for (const { name, run } of contenders) {
      busiest = Math.max(busiest, await quietMoment());
      const rate = await run(round);
      rates.get(name)!.push(rate);
      shown.push(`${name} ${thousands(rate)}`);
    }
    say(`  round ${round}: ${shown.join(', ')} ${unit} (${busyText(busiest)})`);
  }
  return rates;
}

/** How busy other programs kept the machine before it was measured. */
export function busyText(share: number): string {
  return `machine ${Math.round(share * 100)} % busy before`;
}

export interface Comparison {
  readonly title: string;
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
  readonly bar: number;
  readonly unit: string;
}

/** Prints the ratio, whether it meets its bar, the spread over the rounds and both medians. */
export function compare({ title, ours, theirs, bar, unit }: Comparison): void {
  const ratios = ours.map((rate, index) => rate / theirs[index]!).sort((a, b) => a - b);
  const ratio = median(ratios);
  const spread = `${ratios[0]!.toFixed(2)}–${ratios.at(-1)!.toFixed(2)} in ${ratios.length}`;
  const absolutes = `${thousands(median(ours))} against ${thousands(median(theirs))} ${unit}`;
  say(`${title}: ${ratio.toFixed(2)} (${verdict(ratio >= bar, `≥ ${bar.toFixed(2)}`)}; ${spread}) · ${absolutes}`);
}

export function verdict(isMet: boolean, bar: string): string {
  return `bar ${bar}: ${isMet ? 'met' : 'MISSED'}`;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

export function thousands(value: number): string {
  return Math.round(value).toLocaleString('en');
}

/** Figures go to stdout. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
