/**
 * All flights from the sandbox's Kafka through the model into its Postgres, exactly once: `mercury run` against COPY and
 * upsert of the same rows with nothing else, and against the same work in Python. Run: node bench/flights-to-postgres.ts
 */
import { raceFlights } from './parts/flights-race.ts';
import { loadFlights, openSandbox } from './parts/sandbox.ts';

await using sandbox = await openSandbox();
await loadFlights(sandbox);
await raceFlights(sandbox, { alone: 0.8, python: 4 });
