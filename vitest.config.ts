import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{core,test,electron,renderer,bench}/**/*.test.ts'],
    setupFiles: ['core/sandbox/sample/quiet-kafkajs.ts'],
    pool: 'forks',
    // Most of a test's time goes by in the processes it watches.
    maxWorkers: '100%',
    // Generous, since a machine may be busy: a test that waits for something goes on as soon as it is there.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 15_000 } },
  },
});
