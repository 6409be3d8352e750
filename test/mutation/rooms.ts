/**
 * What mutation testing covers: for each room the files that are changed on purpose and the tests that must notice. Tests of
 * whole processes are left out: one of them takes longer than all mutants of a file.
 */
export interface Room {
  readonly mutate: readonly string[];
  readonly tests: readonly string[];
  /** Of one test; what a change costs that lets an answer wait for ever. 3 s when left out. */
  readonly testTimeoutMs?: number;
}

export const rooms = {
  columns: {
    mutate: ['core/columns/*.ts'],
    tests: ['core/columns/*.test.ts'],
  },
  // What needs a broker and a database is told by `pipeline.test.ts` and `test/kill/`: a second for each mutant at least.
  pipeline: {
    mutate: [
      'core/pipeline/{batch-pool,definition,delivery,key-text,model-step,progress,runs,sinks-of,topic-reader}.ts',
      'core/pipeline/dead-letters/{headers,ledger,outcome}.ts',
    ],
    tests: ['core/pipeline/!(pipeline).test.ts', 'core/pipeline/dead-letters/{headers,ledger,outcome}.test.ts'],
  },
  'broker-log': {
    // A file descriptor that is closed twice may be the runner's own, and ends it.
    mutate: ['core/sandbox/broker/log/*.ts', '!core/sandbox/broker/log/open-files.ts'],
    tests: ['core/sandbox/broker/log/*.test.ts'],
  },
  'broker-groups': {
    mutate: ['core/sandbox/broker/groups/*.ts'],
    tests: ['core/sandbox/broker/groups/*.test.ts'],
  },
  'secrets-and-host': {
    mutate: ['core/workspace/secret*.ts', 'core/http/guard.ts', 'core/kafka/guard.ts'],
    tests: [
      'core/workspace/secrets.test.ts',
      'core/http/host.test.ts',
      'core/http/guard.test.ts',
      'core/kafka/guard.test.ts',
    ],
    // Keys are derived slowly on purpose.
    testTimeoutMs: 20_000,
  },
} satisfies Readonly<Record<string, Room>>;

export type RoomName = keyof typeof rooms;
