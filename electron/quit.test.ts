/** The ordered way out: asked once, drained, ended. */
import { expect, test } from 'vitest';
import { Quit } from './quit.ts';

/** A quit whose question and closing the test ends by hand. */
function start(pipelines: readonly string[]) {
  const answer = Promise.withResolvers<boolean>();
  const closed = Promise.withResolvers<void>();
  const seen: string[] = [];
  const quit = new Quit({
    runningPipelines: () => pipelines,
    ask: (names) => {
      seen.push(`ask ${names}`);
      return answer.promise;
    },
    close: () => {
      seen.push('close');
      return closed.promise;
    },
    end: () => seen.push('end'),
    log: (line) => seen.push(line),
  });
  const request = (): boolean => {
    let isHeld = false;
    quit.hold({ preventDefault: () => (isHeld = true) });
    return isHeld;
  };
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return { quit, answer, closed, seen, request, settle };
}

test('running pipelines are asked about once, then drained, then the way is free', async () => {
  const { answer, closed, seen, request, settle } = start(['a', 'b']);
  expect(request()).toBe(true);
  expect(request()).toBe(true);
  answer.resolve(true);
  await settle();
  expect(request()).toBe(true);
  expect(seen).toEqual(['ask a,b', 'close']);
  closed.resolve();
  await settle();
  expect(seen).toEqual(['ask a,b', 'close', 'end']);
  expect(request()).toBe(false);
});

test('no leaves everything as it was', async () => {
  const { answer, seen, request, settle } = start(['a']);
  request();
  answer.resolve(false);
  await settle();
  expect(seen).toEqual(['ask a']);
  expect(request()).toBe(true);
});

test('nothing runs: nobody is asked; a signal does not wait for an answer', async () => {
  const idle = start([]);
  idle.request();
  expect(idle.seen).toEqual(['close']);
  const busy = start(['a']);
  busy.request();
  busy.quit.now();
  busy.answer.resolve(true);
  await busy.settle();
  expect(busy.seen).toEqual(['ask a', 'close']);
});

test('a closing that fails ends the program all the same', async () => {
  const { closed, seen, quit, settle } = start([]);
  quit.now();
  closed.reject(new Error('stuck'));
  await settle();
  expect(seen).toEqual(['close', 'closing: Error: stuck', 'end']);
});
