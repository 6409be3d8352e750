/** The upper end of a chart's scale: 1, 2, 3, 4, 5, 6 or 8 times a power of ten, so that it changes rarely. `value` is more than 0. */
export function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 3, 4, 5, 6, 8, 10].find((step) => step * power >= value) ?? 10) * power;
}
