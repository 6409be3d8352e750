import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import type { Answer, Call } from '#core/process/calls.ts';
import type { ChildHandle, Exit } from '#core/process/port.ts';
import type { Workspace } from '#core/workspace/workspace.ts';
import type { SinkComponent } from './component.ts';
import { PipelineRuns, type RunsOptions } from './runs.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'mercury-runs-'));
  mkdirSync(join(dir, 'pipelines'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** The parent's side of a process that there is none of: it ends when it is asked to, and when a test says so. */
class MemoryChild implements ChildHandle {
  static count = 0;
  readonly pid = 1_000 + ++MemoryChild.count;
  readonly received: Array<{ type: string } & Record<string, unknown>> = [];
  #message: (message: unknown) => void = () => {};
  #exit: (exit: Exit) => void = () => {};

  /** Asked to end, it drains until `exit`. */
  isSlow = false;

  send(message: unknown): void {
    this.received.push(message as never);
    const isAsked = (message as { type: string }).type === '$close';
    if (isAsked && !this.isSlow) this.exit({ code: 0, signal: null });
  }
  get wasClosed(): boolean {
    return this.received.some(({ type }) => type === '$close');
  }
  say(message: unknown): void {
    this.#message(message);
  }
  exit(exit: Exit): void {
    this.#exit(exit);
  }
  onMessage(listener: (message: unknown) => void): void {
    this.#message = listener;
  }
  onExit(listener: (exit: Exit) => void): void {
    this.#exit = listener;
  }
  onErrorLine(): void {}
  kill(): void {
    this.exit({ code: null, signal: 'SIGKILL' });
  }
}

const sink = {
  type: 'memory',
  title: 'Memory',
  guarantee: 'exactly-once',
  spec: z.object({ type: z.literal('memory'), table: z.string() }),
  describe: ({ table }: { table: string }) => `memory · ${table}`,
} as unknown as SinkComponent;

const textOf = (name: string, sinkText = '{ type: memory, table: t }'): string =>
  `{ version: 1, name: ${name}, source: { topic: orders, value: { format: avro } }, sinks: [${sinkText}] }`;

function write(file: string, text: string): void {
  writeFileSync(join(dir, 'pipelines', file), text);
}

function open(options: Partial<RunsOptions> = {}, files: readonly string[] = ['a.yaml', 'b.yaml']) {
  const children: MemoryChild[] = [];
  const listeners: Array<() => void> = [];
  const list = { files };
  const workspace: Workspace = {
    dir,
    stateDir: dir,
    pipelineFiles: () => list.files.map((file) => join('pipelines', file)),
    read: (path) => readFileSync(join(dir, path), 'utf8'),
    onChange: (listener) => listeners.push(listener),
    close: () => {},
  };
  const onChange = vi.fn();
  const release = vi.fn();
  const runs = new PipelineRuns({
    workspace,
    sinks: [sink],
    modelsDir: '/models',
    fork: () => {
      const child = new MemoryChild();
      children.push(child);
      return child;
    },
    resolveConnection: async (name) => ({ name, kafka: { brokers: [] } }) as never,
    initiallyRunning: [],
    calls: { relay: async () => ({ type: 'answer' }) as never, release },
    onChange,
    log: () => {},
    ...options,
  });
  const changed = (): void => listeners.forEach((listener) => void listener());
  return { runs, children, onChange, release, list, changed };
}

const remembered = (): unknown => JSON.parse(readFileSync(join(dir, 'pipelines.json'), 'utf8'));
const status = (state: string, more: object = {}) => ({ type: 'status', state, error: null, progress: null, ...more });

beforeEach(() => {
  write('a.yaml', textOf('a'));
  write('b.yaml', textOf('b', '{ type: other }'));
});

/** Takes every definition, were it asked. */
const loose = { ...sink, type: 'loose', spec: z.looseObject({}), describe: () => 'loose' } as unknown as SinkComponent;

test('all definitions are listed, with what their sinks promise', () => {
  write('c.yaml', textOf('c', '{ type: memory }'));
  const { runs } = open({ sinks: [loose, sink] }, ['a.yaml', 'b.yaml', 'c.yaml']);
  expect(runs.statuses()).toMatchObject([
    {
      name: 'a',
      file: join('pipelines', 'a.yaml'),
      topic: 'orders',
      model: null,
      state: 'stopped',
      error: null,
      startedAt: null,
      sinks: [{ type: 'memory', title: 'memory · t', guarantee: 'exactly-once' }],
    },
    { name: 'b', sinks: [{ type: 'other', title: 'other', guarantee: 'at-least-once' }] },
    { name: 'c', sinks: [{ type: 'memory', title: 'memory', guarantee: 'at-least-once' }] },
  ]);
  expect(runs.source('a')).toEqual({ file: join('pipelines', 'a.yaml'), text: textOf('a') });
  expect(runs.definition('b').name).toBe('b');
  expect(runs.processes()).toEqual([]);
});

test('what is in no file is neither shown, started nor stopped', async () => {
  const { runs } = open({ initiallyRunning: ['c'] });
  const unknown = expect.objectContaining({ code: 'NOT_FOUND', object: 'c' });
  expect(() => runs.source('c')).toThrow(unknown);
  await expect(runs.start('c')).rejects.toEqual(unknown);
  await expect(runs.stop('c')).rejects.toEqual(unknown);
  expect(runs.processes()).toEqual([]);
});

test('a run is started once, told what it runs, and says how it is', async () => {
  const { runs, children, release, onChange } = open();
  await runs.start('a');
  await runs.start('a');
  expect(children).toHaveLength(1);
  await vi.waitFor(() => expect(children[0]!.received).toMatchObject([{ type: 'run', modelsDir: '/models' }]));
  expect(children[0]!.received[0]).toMatchObject({ definition: { name: 'a' }, connection: { name: 'sandbox' } });
  expect(release).toHaveBeenCalledWith('a');
  children[0]!.say({ type: '$vitals', residentBytes: 1 });
  expect(runs.statuses()[0], 'it has said nothing of its work').toMatchObject({ state: 'starting' });
  onChange.mockClear();
  children[0]!.say(status('running', { progress: { read: 5n } }));
  expect(onChange).toHaveBeenCalled();
  expect(runs.statuses()[0]).toMatchObject({ state: 'running', progress: { read: 5n }, error: null });
  expect(runs.processes()).toMatchObject([{ name: 'pipeline a', state: 'running' }]);
  expect(runs.statuses()[1]).toMatchObject({ state: 'stopped' });
});

test('what runs is remembered until it is stopped, and goes on with the next program', async () => {
  const seen: string[][] = [];
  const first = open({ onChange: () => seen.push(first.runs.processes().map(({ name }) => name)) });
  await first.runs.start('a');
  await first.runs.start('b');
  expect(remembered()).toEqual({ running: ['a', 'b'] });
  first.children[1]!.say(status('running', { progress: { read: 5n } }));
  await first.runs.stop('b');
  expect(remembered()).toEqual({ running: ['a'] });
  expect(first.runs.statuses()[1]).toMatchObject({ state: 'stopped', progress: null });
  expect(seen.at(-1)).toEqual(['pipeline a']);
  await first.runs.stop('b');
  await first.runs.close();
  expect(first.children.map((child) => child.wasClosed)).toEqual([true, true]);
  expect(remembered()).toEqual({ running: ['a'] });
  const second = open({ initiallyRunning: ['b'] });
  second.runs.resume();
  expect(second.runs.processes().map(({ name }) => name)).toEqual(['pipeline a']);
});

test('at the very first start the sample runs, if it is there', () => {
  const { runs } = open({ initiallyRunning: ['b', 'gone'] });
  runs.resume();
  expect(runs.processes().map(({ name }) => name)).toEqual(['pipeline b']);
});

test.each(['failed', 'finished'])(
  'a run that has %s is begun anew by start, and is no run while it is reset',
  async (state) => {
    const { runs, children } = open();
    await runs.start('a');
    children[0]!.say(status(state));
    expect(runs.statuses()[0]).toMatchObject({ state });
    expect(await runs.whileStopped('a', async () => 'reset')).toBe('reset');
    expect(children[0]!.wasClosed).toBe(true);
    await runs.start('a');
    expect(children).toHaveLength(2);
    expect(runs.statuses()[0]).toMatchObject({ state: 'starting' });
  },
);

test('a pipeline that runs is not reset, one that is being reset is neither started nor reset again', async () => {
  const { runs, children } = open();
  await runs.start('a');
  children[0]!.say(status('running'));
  const busy = expect.objectContaining({ code: 'CONFLICT', object: 'a', nextStep: 'Stop it first.' });
  await expect(runs.whileStopped('a', async () => {})).rejects.toEqual(busy);
  await runs.stop('a');
  await runs.whileStopped('a', async () => {
    const held = expect.objectContaining({ code: 'CONFLICT', nextStep: 'Wait until that is done.' });
    await expect(runs.start('a')).rejects.toEqual(held);
    await expect(runs.whileStopped('a', async () => {})).rejects.toEqual(held);
    await runs.start('b');
  });
  expect(children).toHaveLength(2);
  await expect(runs.whileStopped('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await runs.start('a');
  expect(children).toHaveLength(3);
});

test('a reset that begins while the process of a failed run ends is not run into by the start that ends it', async () => {
  const { runs, children } = open();
  await runs.start('a');
  children[0]!.say(status('failed'));
  const starting = runs.start('a');
  const reset = Promise.withResolvers<void>();
  const resetting = runs.whileStopped('a', () => reset.promise);
  await expect(starting).rejects.toMatchObject({ code: 'CONFLICT' });
  reset.resolve();
  await resetting;
  expect(children).toHaveLength(1);
});

test('a start that comes while a pipeline stops begins it anew when it has', async () => {
  const { runs, children } = open();
  await runs.start('a');
  children[0]!.isSlow = true;
  const stopping = runs.stop('a');
  const starting = runs.start('a');
  await runs.start('b');
  expect(runs.statuses().map(({ state }) => state)).toEqual(['stopping', 'starting']);
  children[0]!.exit({ code: 0, signal: null });
  await Promise.all([stopping, starting]);
  expect(children).toHaveLength(3);
  expect(runs.statuses()[0]).toMatchObject({ state: 'starting' });
  expect(remembered()).toEqual({ running: ['b', 'a'] });
});

test('a stop after that start is the last word', async () => {
  const { runs, children } = open();
  await runs.start('a');
  children[0]!.isSlow = true;
  const asked = [runs.stop('a'), runs.start('a'), runs.stop('a')];
  children[0]!.exit({ code: 0, signal: null });
  await Promise.all(asked);
  expect(children).toHaveLength(1);
  expect(runs.statuses()[0]).toMatchObject({ state: 'stopped' });
  expect(remembered()).toEqual({ running: [] });
});

test('a crash is told while the process waits to be started again', async () => {
  const { runs, children } = open();
  await runs.start('a');
  children[0]!.say(status('running'));
  children[0]!.exit({ code: null, signal: 'SIGSEGV' });
  expect(runs.statuses()[0]).toMatchObject({
    state: 'retrying',
    error: { code: 'PROCESS_CRASHED', message: 'killed by SIGSEGV', retryable: true },
  });
  await runs.close();
  expect(runs.statuses()[0]).toMatchObject({ state: 'stopped', error: null });
});

test('a sink’s call is answered to the process that asked, not to the one after it', async () => {
  const call = { type: 'call', id: 1 } as unknown as Call;
  const answers: Array<(answer: Answer) => void> = [];
  const relay = vi.fn(() => new Promise<Answer>((resolve) => answers.push(resolve)));
  const { runs, children } = open({ calls: { relay, release: () => {} } });
  await runs.start('a');
  await vi.waitFor(() => expect(children[0]!.received).toHaveLength(1));
  children[0]!.say(call);
  expect(relay).toHaveBeenCalledWith('a', call);
  const answer = { type: 'answer', id: 1 } as unknown as Answer;
  answers[0]!(answer);
  await vi.waitFor(() => expect(children[0]!.received.at(-1)).toBe(answer));
  children[0]!.say(call);
  children[0]!.exit({ code: 1, signal: null });
  await vi.waitFor(() => expect(children[1]?.received).toHaveLength(1));
  answers[1]!(answer);
  children[1]!.say(call);
  const own = { type: 'answer', id: 1 } as unknown as Answer;
  answers[2]!(own);
  await vi.waitFor(() => expect(children[1]!.received.at(-1)).toBe(own));
  children[1]!.say(call);
  await runs.stop('a');
  await runs.start('a');
  answers[3]!(answer);
  await vi.waitFor(() => expect(children[2]!.received).toHaveLength(1));
  expect(children.flatMap(({ received }) => received).filter((one) => (one as unknown) === answer)).toHaveLength(1);
});

test('those that run on a connection hear whether they may write', async () => {
  write('b.yaml', textOf('b').replace('version: 1,', 'version: 1, connection: other,'));
  const { runs, children } = open();
  const guard = { readOnly: true, unlockedUntil: 0 } as never;
  await runs.start('a');
  runs.setGuard('other', guard);
  await runs.start('b');
  runs.setGuard('other', guard);
  expect(children.map(({ received }) => received.filter(({ type }) => type === 'guard'))).toEqual([
    [],
    [{ type: 'guard', guard }],
  ]);
});

test('a file that is no pipeline any more is a fault; its last good form stays', () => {
  const { runs, changed, onChange } = open();
  write('a.yaml', 'name: [');
  changed();
  expect(onChange).toHaveBeenCalled();
  expect(runs.faults()).toMatchObject([
    { file: join('pipelines', 'a.yaml'), pipeline: 'a', error: { code: 'WORKSPACE_INVALID' } },
  ]);
  expect(runs.statuses().map(({ name }) => name)).toEqual(['a', 'b']);
  write('a.yaml', textOf('renamed'));
  changed();
  expect(runs.faults()).toEqual([]);
  expect(runs.statuses().map(({ name }) => name)).toEqual(['renamed', 'b']);
});

test('of two files with one name the first counts', () => {
  write('b.yaml', textOf('a', '{ type: memory, table: other }'));
  const { runs } = open();
  expect(runs.statuses()).toMatchObject([{ file: join('pipelines', 'a.yaml') }]);
  const file = join('pipelines', 'b.yaml');
  const error = { code: 'WORKSPACE_INVALID', object: file, message: expect.stringContaining('a.yaml') };
  expect(runs.faults()).toMatchObject([{ file, pipeline: null, error }]);
});

test('a file whose name was taken by one before it is listed no more', () => {
  const { runs, changed } = open();
  write('a.yaml', textOf('b'));
  changed();
  expect(runs.statuses()).toMatchObject([{ name: 'b', file: join('pipelines', 'a.yaml') }]);
  expect(runs.faults()).toMatchObject([{ file: join('pipelines', 'b.yaml'), pipeline: null }]);
});

test('a file that took the name of another keeps its own last form', () => {
  const { runs, changed } = open();
  write('b.yaml', textOf('a'));
  changed();
  expect(runs.statuses().map(({ name }) => name)).toEqual(['a', 'b']);
  expect(runs.faults()).toMatchObject([{ file: join('pipelines', 'b.yaml'), pipeline: 'b' }]);
});
