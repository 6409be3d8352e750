/**
 * Clients from other worlds. `REAL_TOOL` is the command that runs a class of Kafka's own tools (`"<command> <class> …"`);
 * `REAL_PYTHON` a Python that has `confluent-kafka` (`python3` unless given). What is absent is skipped and named.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { afterEach, describe, expect, test } from 'vitest';
import { address, withBroker } from './test-broker.ts';

withBroker();

const tool = process.env.REAL_TOOL?.split(' ');
const python = process.env.REAL_PYTHON ?? 'python3';
const hasPython = (() => {
  try {
    execFileSync(python, ['-c', 'import confluent_kafka'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

/** Each leads a group of processes: a tool that still waits when its test is over goes with what it has started. */
const leaders = new Set<ChildProcess>();

afterEach(() => {
  for (const { pid } of leaders) if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  leaders.clear();
});

function run(command: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const [file, ...args] = command;
    const child = spawn(file!, args, { detached: true });
    leaders.add(child);
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const)
      child[name].on('data', (bytes) => (output[name] += String(bytes)));
    child.on('error', reject);
    child.on('close', (code) => {
      leaders.delete(child);
      if (code === 0) resolve(output.stdout);
      else reject(new Error(`${command.join(' ')}\n${output.stdout}\n${output.stderr}`));
    });
    child.stdin.end(input);
  });
}

describe.skipIf(tool === undefined)("Java's own tools (skipped without REAL_TOOL)", { timeout: 240_000 }, () => {
  const java = (className: string, args: readonly string[], input?: string) =>
    run([...tool!, `org.apache.kafka.tools.${className}`, '--bootstrap-server', address(), ...args], input);

  test('TopicCommand creates, describes and grows', async () => {
    await java('TopicCommand', ['--create', '--topic', 'java', '--partitions', '2', '--config', 'retention.ms=5000']);
    await java('TopicCommand', ['--alter', '--topic', 'java', '--partitions', '3']);
    const described = await java('TopicCommand', ['--describe', '--topic', 'java']);
    expect(described).toMatch(/PartitionCount: 3\s+ReplicationFactor: 1\s+Configs: retention.ms=5000/);
  });

  test('ConsoleProducer, ConsoleConsumer and ConsumerGroupCommand', async () => {
    const lines = Array.from({ length: 100 }, (_, i) => `line ${i}`);
    await java('ConsoleProducer', ['--topic', 'java'], `${lines.join('\n')}\n`);
    const from = ['--topic', 'java', '--from-beginning', '--max-messages', '100'];
    const consumed = await java('consumer.ConsoleConsumer', [...from, '--group', 'java-group']);
    expect(consumed.trim().split('\n').sort()).toEqual([...lines].sort());
    const described = await java('consumer.group.ConsumerGroupCommand', ['--describe', '--group', 'java-group']);
    expect(described).toMatch(/java-group\s+java\s+\d/);
  });

  test('ConsoleConsumer and ConsumerGroupCommand in the new group protocol', async () => {
    const consume = ['--topic', 'java', '--from-beginning', '--max-messages', '100', '--group', 'java-new'];
    const consumed = await java('consumer.ConsoleConsumer', [
      ...consume,
      '--command-property',
      'group.protocol=consumer',
    ]);
    expect(consumed.trim().split('\n')).toHaveLength(100);
    const command = 'consumer.group.ConsumerGroupCommand';
    expect(await java(command, ['--list', '--type', 'consumer'])).toContain('java-new');
    const state = await java(command, ['--describe', '--group', 'java-new', '--state', '--verbose']);
    expect(state).toMatch(/java-new\s.*uniform\s+Empty/);
    await java(command, ['--delete', '--group', 'java-new']);
    // The tool says so on stdout and ends well.
    expect(await java(command, ['--describe', '--group', 'java-new'])).toContain('Group java-new not found');
  });

  test('GetOffsetShell and LogDirs', async () => {
    const offsets = await java('GetOffsetShell', ['--topic', 'java', '--time', '-1']);
    const total = offsets
      .trim()
      .split('\n')
      .reduce((sum, line) => sum + Number(line.split(':')[2]), 0);
    expect(total).toBe(100);
    expect(await java('LogDirsCommand', ['--describe', '--topic-list', 'java'])).toContain('"partition":"java-0"');
  });
});

const script = `
import sys, time
from confluent_kafka import Producer, Consumer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic
b = {'bootstrap.servers': sys.argv[1]}
admin = AdminClient(b)
admin.create_topics([NewTopic('py', 3, 1)])['py'].result()
p = Producer({**b, 'enable.idempotence': True, 'compression.type': 'lz4'})
for i in range(3000): p.produce('py', key=str(i), value='v%d' % i)
p.flush()
t = Producer({**b, 'transactional.id': 'py-t'})
t.init_transactions()
t.begin_transaction(); t.produce('py', value='aborted'); t.flush(); t.abort_transaction()
t.begin_transaction(); t.produce('py', value='committed'); t.commit_transaction()
conf = {**b, 'group.id': 'py-g', 'auto.offset.reset': 'earliest', 'enable.auto.commit': False}
cs = [Consumer(conf), Consumer(conf)]
for c in cs: c.subscribe(['py'])
seen = []
end = time.time() + 30
while len(seen) < 3001 and time.time() < end:
    for c in cs:
        for m in c.consume(500, 0.1): seen.append(m.value().decode())
    for c in cs:
        try: c.commit(asynchronous=False)
        except Exception: pass
for c in cs: c.close()
c = Consumer(conf)
left = [tp.offset for tp in c.committed([TopicPartition('py', i) for i in range(3)], 10)]
print(len(seen), len(set(seen)), 'aborted' in seen, 'committed' in seen, all(o > 0 for o in left))
`;

test.skipIf(!hasPython)(
  "Python's confluent-kafka: idempotent and transactional producers, two consumers (skipped without it)",
  async () => {
    const printed = (await run([python, '-c', script, address()])).trim().split(' ');
    expect(Number(printed[0])).toBeGreaterThanOrEqual(3_001);
    expect(printed.slice(1)).toEqual(['3001', 'False', 'True', 'True']);
  },
  60_000,
);

const newProtocol = `
import sys, time
from confluent_kafka import Consumer
from confluent_kafka.admin import AdminClient
b = {'bootstrap.servers': sys.argv[1]}
conf = {**b, 'group.id': 'py-new', 'auto.offset.reset': 'earliest', 'enable.auto.commit': False, 'group.protocol': 'consumer'}
cs = [Consumer(conf), Consumer(conf)]
cs[0].subscribe(['py']); cs[1].subscribe(['^py$'])
seen = []
end = time.time() + 30
while (len(set(seen)) < 3001 or not all(c.assignment() for c in cs)) and time.time() < end:
    for c in cs:
        for m in c.consume(500, 0.1): seen.append(m.value().decode())
for c in cs:
    try: c.commit(asynchronous=False)
    except Exception: pass
admin = AdminClient(b)
described = admin.describe_consumer_groups(['py-new'])['py-new'].result()
shared = sorted(len(m.assignment.topic_partitions) for m in described.members)
for c in cs: c.close()
print(len(set(seen)), *shared)
`;

test.skipIf(!hasPython)(
  "Python's confluent-kafka in the new group protocol: by name and by pattern (skipped without it)",
  async () => {
    expect((await run([python, '-c', newProtocol, address()])).trim()).toBe('3001 1 2');
  },
  60_000,
);
