/** The tests of one room (`MUTATION_ROOM`), for Stryker. */
import { defineConfig } from 'vitest/config';
import { type Room, type RoomName, rooms } from './rooms.ts';

const room: Room = rooms[process.env.MUTATION_ROOM as RoomName];

export default defineConfig({
  test: {
    include: [...room.tests],
    // A random test has its seed in its name, by which it is found again.
    env: { SEED: '1' },
    testTimeout: room.testTimeoutMs ?? 3_000,
  },
});
