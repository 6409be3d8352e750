/**
 * The same as flights-to-postgres on servers of other makers: a real Kafka, registry and Postgres at REAL_KAFKA,
 * REAL_REGISTRY and REAL_POSTGRES. Fills the topic `flights` when it is empty. Run: node bench/flights-to-real-postgres.ts
 */
import { createTopic } from '#core/kafka/admin.ts';
import { openCluster } from '#core/kafka/connect.ts';
import { listOffsets } from '#core/kafka/offsets.ts';
import { raceFlights } from './parts/flights-race.ts';
import { say } from './parts/measure.ts';
import { loadFlights, type Servers } from './parts/sandbox.ts';

const { REAL_KAFKA: kafka, REAL_REGISTRY: registry, REAL_POSTGRES: postgres } = process.env;
const lacking = Object.entries({ REAL_KAFKA: kafka, REAL_REGISTRY: registry, REAL_POSTGRES: postgres })
  .filter(([, value]) => value === undefined)
  .map(([name]) => name);

if (kafka === undefined || registry === undefined || postgres === undefined) {
  say(`  skipped: ${lacking.join(', ')} not set`);
} else {
  const servers = { kafka, registry, postgres };
  await fill(servers);
  await raceFlights(servers, { alone: 0.95, python: 5 });
}

async function fill(servers: Servers): Promise<void> {
  const cluster = await openCluster({ brokers: servers.kafka.split(',') });
  try {
    const topics = await cluster.refreshTopic('flights').catch(() => undefined);
    if (topics === undefined) await createTopic(cluster, { name: 'flights', partitions: 4 });
    const ends = await listOffsets(cluster, 'flights', 'latest');
    if ([...ends.values()].some((end) => end > 0n)) return;
  } finally {
    await cluster.close();
  }
  await loadFlights(servers);
}
