/**
 * Mutation testing: each room's code is changed a little, a thousand times, and some test must fail each time. Prints the
 * survivors; ends with 1 when fewer than 75 % were killed. The report is `dist/mutation/<room>.html`.
 *
 * Run: npm run mutation -- [room …] [--only core/columns/column.ts]
 */
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { type RoomName, rooms } from './rooms.ts';

const leastKilledPercent = 75;
const { values, positionals } = parseArgs({ allowPositionals: true, options: { only: { type: 'string' } } });
const names = (positionals.length > 0 ? positionals : Object.keys(rooms)) as readonly RoomName[];
for (const name of names) {
  if (!(name in rooms)) throw new Error(`No room ${name}: ${Object.keys(rooms).join(', ')}`);
  await run(name);
}

async function run(name: RoomName): Promise<void> {
  process.env.MUTATION_ROOM = name;
  const { mutate } = rooms[name];
  await new Stryker({
    mutate: values.only === undefined ? [...mutate, '!**/*.test.ts', '!**/test-*.ts'] : [values.only],
    testRunner: 'vitest',
    vitest: { configFile: 'test/mutation/vitest.config.ts', related: false, pool: 'forks' },
    plugins: ['@stryker-mutator/vitest-runner'],
    coverageAnalysis: 'perTest',
    concurrency: 1,
    // Its reader of tsconfig files wants an older TypeScript; the tests run without one.
    tsconfigFile: 'none',
    ignorePatterns: ['dist', 'docs', 'renderer', 'electron', 'bench', '**/*.png'],
    // Words of messages are no logic: callers branch on codes.
    mutator: { excludedMutations: ['StringLiteral'] },
    // What is made once a process can't be changed by a switch that a test sets.
    ignoreStatic: true,
    tempDirName: 'dist/mutation/sandbox',
    reporters: ['clear-text', 'html'],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
    htmlReporter: { fileName: `dist/mutation/${name}.html` },
    thresholds: { high: 90, low: leastKilledPercent, break: leastKilledPercent },
    // A loop without end is stopped before it has taken all memory.
    timeoutMS: 4_000,
  }).runMutationTest();
}
