import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPacer, type Pacer } from './pacer.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Takes for ever and remembers each take. */
function drain(pacer: Pacer, most = 5_000): number[] {
  const takes: number[] = [];
  async function run(): Promise<void> {
    for (;;) {
      const count = await pacer.take(most);
      if (count === 0) return;
      takes.push(count);
    }
  }
  void run();
  return takes;
}

const sum = (takes: readonly number[]) => takes.reduce((a, b) => a + b, 0);

describe('pacer', () => {
  it.each([0.5, 3, 25, 500, 20_000])('keeps a rate of %d a second in few takes', async (rate) => {
    const pacer = createPacer(rate);
    const takes = drain(pacer, 100_000);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(sum(takes)).toBeGreaterThanOrEqual(Math.floor(rate * 20 * 0.98) - 1);
    expect(sum(takes)).toBeLessThanOrEqual(rate * 20);
    expect(takes.length).toBeLessThanOrEqual(200);
    pacer.close();
  });

  it('never gives more than was asked for', async () => {
    const pacer = createPacer(10_000);
    const takes = drain(pacer, 7);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(Math.max(...takes)).toBe(7);
    expect(sum(takes)).toBeGreaterThan(6_000);
    pacer.close();
  });

  it('gives nothing while paused, leaves no timer, and does not catch up afterwards', async () => {
    const pacer = createPacer(100);
    const takes = drain(pacer);
    await vi.advanceTimersByTimeAsync(1_000);
    pacer.pause();
    await vi.advanceTimersByTimeAsync(0);
    const before = sum(takes);
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sum(takes)).toBe(before);
    pacer.resume();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sum(takes) - before).toBeGreaterThanOrEqual(90);
    expect(sum(takes) - before).toBeLessThanOrEqual(110);
    pacer.close();
  });

  it('takes a new rate at once, also from 0 and to no limit', async () => {
    const pacer = createPacer(0);
    const takes = drain(pacer);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(takes).toEqual([]);
    pacer.setRate(1_000);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sum(takes)).toBeGreaterThanOrEqual(900);
    pacer.close();

    const free = createPacer(Number.POSITIVE_INFINITY);
    expect(await free.take(5_000)).toBe(5_000);
    expect(await free.take(3)).toBe(3);
    free.setRate(10);
    const waiting = free.take(5_000);
    await vi.advanceTimersByTimeAsync(100);
    expect(await waiting).toBe(1);
  });

  it('does not burst after its sender stalled', async () => {
    const pacer = createPacer(100);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await pacer.take(5_000)).toBe(100);
    pacer.close();
  });

  it('ends a waiting take when it is closed', async () => {
    const pacer = createPacer(0.001);
    const waiting = pacer.take(1);
    pacer.close();
    expect(await waiting).toBe(0);
    expect(await pacer.take(1)).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
