import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{core,test,electron,bench}/**/*.test.ts'],
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
