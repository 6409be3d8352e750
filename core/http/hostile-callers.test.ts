/** Callers that misbehave, with the token or without: the host lives on. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Host, openHost } from './host.ts';

const faults: unknown[] = [];
const note = (error: unknown): void => void faults.push(error);
let host: Host;

beforeEach(async () => {
  faults.length = 0;
  process.on('uncaughtException', note);
  host = await openHost({ router: {}, version: '0', pageDir: '/nonexistent', preferredPort: 0 });
});
afterEach(async () => {
  expect((await fetch(host.address)).status).toBe(401);
  await host.close();
  process.off('uncaughtException', note);
  expect(faults).toEqual([]);
});

test('a WebSocket that is refused and has gone', async () => {
  const { hostname, port, host: name } = new URL(host.address);
  const headers = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: x'];
  const request = ['GET /rpc HTTP/1.1', `Host: ${name}`, 'Origin: http://evil.example', ...headers, '', ''].join(
    '\r\n',
  );
  for (let round = 0; round < 100; round++) {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => {});
    await once(socket, 'connect');
    // More than the host reads at once: its end has something to lose.
    socket.write(request + 'x'.repeat(70_000), () => socket.resetAndDestroy());
    await once(socket, 'close');
  }
});

test('a WebSocket whose message is larger than any of ours', async () => {
  const headers = { authorization: `Bearer ${host.token}` };
  const socket = new WebSocket(`${host.address.replace('http', 'ws')}/rpc`, { headers });
  await once(socket, 'open');
  socket.send(Buffer.alloc(20 << 20));
  const [code] = await once(socket, 'close');
  expect(code).toBe(1009);
});

test.each(['//', '//a:b:c/', 'http://['])('an address that is none: %s', async (path) => {
  const { hostname, port, host: name } = new URL(host.address);
  const socket = connect(Number(port), hostname);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${name}\r\n\r\n`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(String(answer)).toMatch(/^HTTP\/1\.1 400 /);
  socket.destroy();
});
