import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test, vi } from 'vitest';
import type { EchoCommand, EchoEvent } from './fixtures/echo.ts';
import { nodeFork } from './node-fork.ts';
import { isAlive, processStartTime } from './start-time.ts';
import { Supervisor } from './supervisor.ts';

const fixtures = fileURLToPath(new URL('./fixtures', import.meta.url));
const open: Array<Supervisor<EchoCommand, EchoEvent>> = [];
afterEach(() => Promise.all(open.splice(0).map((supervisor) => supervisor.close(100))));

function start(firstCommand: EchoCommand = { type: 'echo', value: 'hello' }) {
  const events: EchoEvent[] = [];
  const supervisor = new Supervisor<EchoCommand, EchoEvent>({
    name: 'echo',
    entry: 'echo',
    fork: nodeFork(fixtures),
    firstCommand: () => firstCommand,
    onEvent: (event) => events.push(event),
    onChange: () => {},
    log: () => {},
  });
  open.push(supervisor);
  supervisor.start();
  return { supervisor, events };
}

test('messages cross exactly: bigint, bytes and typed arrays', async () => {
  const value = { offset: 2n ** 63n - 1n, bytes: new Uint8Array([0, 255]), numbers: new Float32Array([1.5]) };
  const { events } = start({ type: 'echo', value });
  await vi.waitFor(() => expect(events).toEqual([{ type: 'echo', value }]), 15_000);
});

test('a crash is told with its reason and the child is started again with its first command', async () => {
  const { supervisor, events } = start();
  await vi.waitFor(() => expect(events).toHaveLength(1), 15_000);
  supervisor.send({ type: 'throw', message: 'out of luck' });
  await vi.waitFor(() => expect(events).toHaveLength(2), 15_000);
  expect(supervisor.status).toMatchObject({ state: 'running', restarts: 1, lastCrash: { reason: 'out of luck' } });
});

test('a native abort is told by its signal', async () => {
  const { supervisor, events } = start();
  await vi.waitFor(() => expect(events).toHaveLength(1), 15_000);
  supervisor.send({ type: 'abort' });
  await vi.waitFor(() => expect(supervisor.status.lastCrash?.reason).toMatch(/SIGABRT/), 15_000);
});

test('close ends the child; one that refuses is killed', async () => {
  const { supervisor } = start({ type: 'refuse to close' });
  await vi.waitFor(() => expect(supervisor.status.state).toBe('running'), 15_000);
  const { pid } = supervisor.status;
  await supervisor.close(200);
  expect(supervisor.status).toMatchObject({ state: 'stopped', pid: null });
  expect(isAlive(pid!, undefined)).toBe(false);
});

test('a child told to close while its first command is looked for is not given it any more', async () => {
  const sent: unknown[] = [];
  const command = Promise.withResolvers<EchoCommand>();
  const supervisor = new Supervisor<EchoCommand, EchoEvent>({
    name: 'echo',
    entry: 'echo',
    fork: (name) => {
      const child = nodeFork(fixtures)(name);
      const send = (message: unknown): void => {
        sent.push(message);
        child.send(message);
      };
      return { ...child, send };
    },
    firstCommand: () => command.promise,
    onEvent: () => {},
    onChange: () => {},
    log: () => {},
  });
  supervisor.start();
  const closed = supervisor.close();
  command.resolve({ type: 'refuse to close' });
  await closed;
  expect(sent).toEqual([{ type: '$close' }]);
});

test('a child blocked in a native call is gone within two seconds after its parent was killed', async () => {
  const parent = spawn(process.execPath, [`${fixtures}/parent.ts`], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(line.toString());
  const startTime = processStartTime(pid);
  parent.kill('SIGKILL');
  await vi.waitFor(() => expect(isAlive(pid, startTime)).toBe(false), { timeout: 2000, interval: 50 });
});
