/** A sandbox of its own for the tests of the pipeline, a small Avro topic, and what Postgres holds in the end. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import avsc from 'avsc';
import { Client } from 'pg';
import type { PipelineDefinition } from '#core/contract/pipeline.ts';
import { createTopic } from '#core/kafka/admin.ts';
import { type Cluster, openCluster } from '#core/kafka/connect.ts';
import { openProducer, type ProducerRecord } from '#core/kafka/produce.ts';
import { openRegistryClient } from '#core/registry/client.ts';
import { openSandbox, type Sandbox } from '#core/sandbox/sandbox.ts';
import { sinks } from '#core/sinks/index.ts';
import type { ResolvedConnection } from '#core/workspace/connection.ts';
import { shippedDir } from '#core/workspace/paths.ts';
import { parseDefinition } from './definition.ts';
import { openPipeline, type Pipeline } from './pipeline.ts';

export { sinks };

export interface World {
  readonly sandbox: Sandbox;
  readonly cluster: Cluster;
  readonly database: Client;
  close(): Promise<void>;
}

export async function openWorld(): Promise<World> {
  const dir = mkdtempSync(join(tmpdir(), 'mercury-pipeline-'));
  const sandbox = await openSandbox({
    dataDir: join(dir, 'data'),
    cacheDir: join(tmpdir(), 'mercury-test-cache'),
    ports: {},
    log: () => {},
    onChange: () => {},
  });
  const cluster = await openCluster({ brokers: [sandbox.addresses.kafka] });
  const database = new Client({ connectionString: sandbox.addresses.postgres });
  await database.connect();
  return {
    sandbox,
    cluster,
    database,
    async close() {
      await database.end();
      await cluster.close();
      await sandbox.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

const schemaV1 = {
  type: 'record',
  name: 'Order',
  fields: [
    { name: 'id', type: 'long' },
    { name: 'customer', type: 'string' },
    { name: 'amount', type: ['null', 'double'], default: null },
  ],
};
const schemaV2 = { ...schemaV1, fields: [...schemaV1.fields, { name: 'currency', type: 'string', default: 'USD' }] };

export interface Order {
  readonly id: number;
  readonly customer: string;
  readonly amount: number | null;
}

/** A topic of orders, key = id as text. */
export class OrdersTopic {
  readonly name: string;
  readonly #world: World;
  #header = Buffer.alloc(5);
  #type = avsc.Type.forSchema(schemaV1 as avsc.Schema);

  constructor(world: World, name: string) {
    this.#world = world;
    this.name = name;
  }

  async open(partitions = 2): Promise<this> {
    await createTopic(this.#world.cluster, { name: this.name, partitions });
    await this.#register(schemaV1);
    return this;
  }

  /** From now on records are written with the second version of the schema. */
  evolve(): Promise<void> {
    return this.#register(schemaV2);
  }

  async #register(schema: object): Promise<void> {
    const registry = openRegistryClient({ url: this.#world.sandbox.addresses.registry });
    const text = { schemaType: 'AVRO', schema: JSON.stringify(schema), references: [] } as const;
    const { id } = await registry.register(`${this.name}-value`, text);
    this.#header = Buffer.from([0, 0, 0, 0, id]);
    this.#type = avsc.Type.forSchema(schema as avsc.Schema);
  }

  order(order: Order & { readonly currency?: string }): ProducerRecord {
    return { key: Buffer.from(String(order.id)), value: Buffer.concat([this.#header, this.#type.toBuffer(order)]) };
  }

  tombstone(id: number): ProducerRecord {
    return { key: Buffer.from(String(id)), value: null };
  }

  async send(...records: ProducerRecord[]): Promise<void> {
    const producer = openProducer(this.#world.cluster);
    await producer.send(this.name, records);
    await producer.close();
  }
}

export interface RunOptions {
  readonly topic: string;
  readonly name?: string;
  readonly untilEnd?: boolean;
  readonly postgres?: string;
  readonly batchRows?: number;
}

export function startPipeline(world: World, options: RunOptions): Pipeline {
  const connection = connectionOf(world);
  return openPipeline({
    definition: definitionOf(options),
    connection: options.postgres === undefined ? connection : { ...connection, postgres: { url: options.postgres } },
    modelsDir: shippedDir('ml-models'),
    sinks,
    untilEnd: options.untilEnd ?? true,
    log: () => {},
    onStateChange: () => {},
  });
}

export function definitionOf({ topic, name = topic, batchRows = 100 }: RunOptions): PipelineDefinition {
  const text = `
version: 1
name: ${name}
source: { topic: ${topic}, key: { format: text, field: id }, value: { format: avro } }
sinks: [{ type: postgres, table: ${topic}, key: [id] }]
deadLetter: { topic: ${topic}.dead }
batch: { rows: ${batchRows} }
`;
  return parseDefinition(text, 'test.yaml');
}

export function connectionOf({ sandbox }: World): ResolvedConnection {
  const { kafka, registry, postgres } = sandbox.addresses;
  return { name: 'test', kafka: { brokers: [kafka] }, registry: { url: registry }, postgres: { url: postgres } };
}

/** Runs to the present end and answers the counts. */
export async function runToEnd(world: World, options: RunOptions) {
  const pipeline = startPipeline(world, options);
  await pipeline.ended;
  if (pipeline.state !== 'finished') throw new Error(`${pipeline.state}: ${JSON.stringify(pipeline.error)}`);
  const { read, written, deleted, deadLettered } = pipeline.progress()!;
  return { read: Number(read), written: Number(written), deleted: Number(deleted), deadLettered: Number(deadLettered) };
}

export async function rowsOf(world: World, table: string): Promise<Array<Record<string, unknown>>> {
  const { rows } = await world.database.query(`SELECT * FROM "${table}" ORDER BY id`);
  return rows as Array<Record<string, unknown>>;
}
