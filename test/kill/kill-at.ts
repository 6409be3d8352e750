/** One life of a pipeline between two proxies, ended at a named step. */
import type { Bench } from './bench.ts';
import { openProxy, type StepProxy } from './proxy.ts';
import { type StepName, steps } from './steps.ts';
import { type KafkaMessage, kafkaConversation, type PostgresMessage, postgresConversation } from './wire.ts';
import { type Mercury, portOf, type World } from './world.ts';

export interface Proxies {
  readonly postgres: StepProxy<PostgresMessage>;
  readonly kafka: StepProxy<KafkaMessage>;
  /** A pipeline that knows the proxies' addresses only. */
  start(name: string): Mercury;
  close(): Promise<void>;
}

export async function openProxies(world: World): Promise<Proxies> {
  const brokerPort = portOf(world.addresses.kafka);
  const postgres = await openProxy({ port: portOf(world.addresses.postgres), converse: () => postgresConversation() });
  const kafka = await openProxy({ port: brokerPort, converse: (port) => kafkaConversation(brokerPort, port) });
  return {
    postgres,
    kafka,
    start: (name) => world.startPipeline({ name, topic: name, kafkaPort: kafka.port, postgresPort: postgres.port }),
    async close() {
      await Promise.all([postgres.close(), kafka.close()]);
    },
  };
}

/** Starts the pipeline and kills it at the `nth` such step; throws when it ends by itself before. */
export async function killAt({ name, database }: Bench, proxies: Proxies, step: StepName, nth: number): Promise<void> {
  const { postgres, kafka } = proxies;
  let pipeline: Mercury | undefined;
  const strike = (): void => {
    pipeline?.signal('SIGKILL');
    postgres.sever();
    kafka.sever();
  };
  const struck = steps[step]({ postgres, kafka, database, pipeline: name, table: name, strike }, nth);
  const running = proxies.start(name);
  pipeline = running;
  const ended = running.ended.then(({ code, signal }) => {
    if (signal !== 'SIGKILL') throw new Error(`it ended with ${code} before “${step}”:\n${running.stderr.join('\n')}`);
  });
  await Promise.all([struck, ended]);
}
