import { statSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { lastWords, openServerLog } from './server-log.ts';
import { makeDataDir, removeDataDirs } from './test-servers.ts';

afterAll(removeDataDirs);

test('the tail is what was written since the mark, also after the file was cut', () => {
  const dir = makeDataDir();
  const log = openServerLog(dir);
  writeSync(log.fd, 'before\n');
  log.mark();
  writeSync(log.fd, 'after\n');
  expect(log.tail()).toBe('after\n');
  truncateSync(log.path, 0);
  expect(log.tail()).toBe('');
  log.close();
});

test('a large file of an earlier run is set aside, one of them', () => {
  const dir = makeDataDir();
  for (let run = 0; run < 3; run++) {
    const log = openServerLog(dir);
    expect(statSync(log.path).size).toBe(0);
    writeSync(log.fd, Buffer.alloc(5 * 1024 * 1024));
    log.close();
  }
  expect(statSync(join(dir, 'server.log.1')).size).toBe(5 * 1024 * 1024);
});

test('the last words are the gravest, without time and pid', () => {
  const messages = [
    '2026-11-24 00:00:00.000 UTC [7] LOG:  could not bind IPv4 address "127.0.0.1": Address already in use',
    '2026-11-24 00:00:00.000 UTC [7] FATAL:  could not create any TCP/IP sockets',
    '2026-11-24 00:00:00.000 UTC [7] LOG:  database system is shut down',
  ];
  expect(lastWords(messages.join('\n'))).toBe('FATAL:  could not create any TCP/IP sockets');
  expect(lastWords('initdb: error: invalid locale name "x"\ninitdb: hint: try another')).toBe(
    'initdb: error: invalid locale name "x"',
  );
  expect(lastWords('one\ntwo\n')).toBe('one; two');
});
