/** The tests of one room (`MUTATION_ROOM`), for Stryker. */
import { defineConfig } from 'vitest/config';
import { type RoomName, rooms } from './rooms.ts';

export default defineConfig({
  test: {
    include: [...rooms[process.env.MUTATION_ROOM as RoomName].tests],
    pool: 'forks',
    testTimeout: 30_000,
    expect: { poll: { timeout: 15_000 } },
  },
});
