/** Rates and quantiles of what came last. */
import { expect, test } from 'vitest';
import { LatencyWindow } from './latency.ts';
import { RateMeter } from './rate-meter.ts';

test('the rate is of the last second and falls to 0 when nothing comes', () => {
  let now = 0;
  const meter = new RateMeter(1_000, () => now);
  for (; now < 5_000; now += 100) meter.add(20);
  expect(meter.perSecond()).toBeGreaterThan(180);
  expect(meter.perSecond()).toBeLessThan(240);
  now += 1_200;
  expect(meter.perSecond()).toBe(0);
  expect(meter.count).toBe(1_000);
});

test('quantiles are of the last values', () => {
  const window = new LatencyWindow(100);
  expect(window.quantile(0.5)).toBeNull();
  for (let ms = 1; ms <= 200; ms++) window.add(ms);
  expect(window.quantile(0.5)).toBe(150);
  expect(window.quantile(0.99)).toBe(199);
  expect(window.quantile(0)).toBe(101);
});
