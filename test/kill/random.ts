/** Numbers by chance that a seed brings back: `KILL_SEED=…` repeats a run's choices. */
export interface Random {
  readonly seed: number;
  /** A whole number from 0 up to, not including, `below`. */
  next(below: number): number;
  pick<T>(items: readonly T[]): T;
  shuffle<T>(items: readonly T[]): T[];
}

export function createRandom(seed: number = seedOfThisRun()): Random {
  let state = seed;
  // Mulberry32.
  const draw = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const next = (below: number): number => Math.floor(draw() * below);
  return {
    seed,
    next,
    pick: (items) => items[next(items.length)]!,
    shuffle(items) {
      const mixed = [...items];
      for (let last = mixed.length - 1; last > 0; last--) {
        const other = next(last + 1);
        [mixed[last], mixed[other]] = [mixed[other]!, mixed[last]!];
      }
      return mixed;
    },
  };
}

function seedOfThisRun(): number {
  return Number(process.env.KILL_SEED ?? Math.floor(Math.random() * 2 ** 31));
}

/** One line for whoever wants to repeat the run or to know what it did; vitest shows it also when all is well. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
