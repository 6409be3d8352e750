/**
 * What mutation testing covers: for each room the files that are changed on purpose and the tests that must notice. Tests of
 * whole processes are left out: one of them takes longer than all mutants of a file.
 */
export interface Room {
  readonly mutate: readonly string[];
  readonly tests: readonly string[];
}

export const rooms = {
  columns: {
    mutate: ['core/columns/*.ts'],
    tests: ['core/columns/*.test.ts'],
  },
  pipeline: {
    mutate: ['core/pipeline/**/*.ts'],
    tests: ['core/pipeline/**/*.test.ts'],
  },
  'broker-log': {
    mutate: ['core/sandbox/broker/log/*.ts'],
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
  },
} satisfies Readonly<Record<string, Room>>;

export type RoomName = keyof typeof rooms;
