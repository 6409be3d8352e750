import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format, inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { toErrorData } from '#core/contract/errors.ts';
import { hasSameAccess, sealConnection } from './connection.ts';
import { Secret, SecretUrl } from './secret.ts';
import { openSecrets, type SecretStore, secretsVariable } from './secrets.ts';
import type { KeyWrapper } from './secrets-file.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'mercury-secrets-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const file = (): string => join(dir, 'secrets.json');
const withVariable = (value: string): SecretStore =>
  openSecrets({ stateDir: dir, environment: { [secretsVariable]: value } });
const withNothing = (): SecretStore => openSecrets({ stateDir: dir, environment: {} });

/** Stands for the system's key store: what one instance wrapped only it can unwrap. */
function keyStore(): KeyWrapper {
  const kept = new Map<string, Uint8Array>();
  return {
    title: 'the key store of this test',
    wrap(key) {
      const id = `key ${kept.size}`;
      kept.set(id, key);
      return Buffer.from(id);
    },
    unwrap(wrapped) {
      const key = kept.get(Buffer.from(wrapped).toString());
      if (key === undefined) throw new Error('another machine wrapped it');
      return key;
    },
  };
}
const withKeyStore = (keyWrapper: KeyWrapper, environment = {}): SecretStore =>
  openSecrets({ stateDir: dir, keyWrapper, environment });

const failureOf = (action: () => unknown) => {
  try {
    action();
    return undefined;
  } catch (error) {
    return toErrorData(error);
  }
};

describe('one file', () => {
  test('keeps secrets encrypted, for this user alone', () => {
    withVariable('correct horse').set('orders.password', 'hunter2');
    expect(readFileSync(file(), 'utf8')).not.toMatch(/hunter2|orders/);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    const text = readFileSync(file(), 'utf8');
    const again = withVariable('correct horse');
    expect(again.get('orders.password').value).toBe('hunter2');
    expect(readFileSync(file(), 'utf8'), 'who only reads writes nothing').toBe(text);
    again.remove('orders.password');
    expect(withVariable('correct horse').has('orders.password')).toBe(false);
  });

  test('a wrong key opens nothing and writes nothing', () => {
    withVariable('correct horse').set('a', '1');
    const before = readFileSync(file(), 'utf8');
    const wrong = withVariable('battery staple');
    expect(wrong.status()).toMatchObject({ kept: 'locked', nextStep: expect.stringContaining(secretsVariable) });
    expect(failureOf(() => wrong.get('a'))).toMatchObject({ code: 'SECRET_MISSING', object: 'a' });
    expect(failureOf(() => wrong.openWith('tr0ub4dor'))?.code).toBe('INVALID_INPUT');
    wrong.set('b', '2');
    expect(wrong.get('b').value).toBe('2');
    expect(readFileSync(file(), 'utf8')).toBe(before);
  });

  test.each([
    ['the content', (kept: Kept) => ({ ...kept, content: { ...kept.content, data: flipped(kept.content.data) } })],
    ['its tag', (kept: Kept) => ({ ...kept, content: { ...kept.content, tag: flipped(kept.content.tag) } })],
    [
      'its tag, cut to a length that the cipher knows',
      (kept: Kept) => ({ ...kept, content: { ...kept.content, tag: kept.content.tag.slice(0, 16) } }),
    ],
    ['a part put in the place of another', (kept: Kept) => ({ ...kept, content: kept.slots[0]!.key })],
    ['its form', () => ({ version: 1 })],
  ])('tampered with (%s) is refused, and left as it is', (_what, tamper) => {
    withVariable('correct horse').set('a', '1');
    const text = JSON.stringify(tamper(JSON.parse(readFileSync(file(), 'utf8')) as Kept));
    writeFileSync(file(), text);
    const store = withVariable('correct horse');
    expect(store.has('a')).toBe(false);
    expect(store.status()).toMatchObject({ kept: 'locked', message: expect.stringContaining('damaged') });
    expect(failureOf(() => store.openWith('any passphrase'))?.code).toBe('WORKSPACE_INVALID');
    store.set('b', '2');
    expect([store.get('b').value, readFileSync(file(), 'utf8')]).toEqual(['2', text]);
  });

  test('opens with the costs that it was made with: a file of version 1', () => {
    copyFileSync(join(import.meta.dirname, 'fixtures/secrets-1.json'), file());
    const store = withNothing();
    store.openWith('correct horse');
    expect(store.get('orders.password').value).toBe('hunter2');
  });

  test('a slot that was altered opens nothing', () => {
    withVariable('correct horse').set('a', '1');
    const kept = JSON.parse(readFileSync(file(), 'utf8')) as Kept;
    const [slot] = kept.slots;
    writeFileSync(
      file(),
      JSON.stringify({ ...kept, slots: [{ ...slot, key: { ...slot!.key, data: flipped(slot!.key.data) } }] }),
    );
    expect(withVariable('correct horse').status().kept).toBe('locked');
  });
});

interface Sealed {
  readonly data: string;
  readonly tag: string;
}
interface Kept {
  readonly content: Sealed;
  readonly slots: readonly { readonly key: Sealed }[];
}

function flipped(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  bytes[0] = bytes[0]! ^ 1;
  return bytes.toString('base64');
}

describe('several slots', () => {
  test('who opens the file lets every key at hand open it alone the next time', () => {
    const store = keyStore();
    withKeyStore(store).set('a', '1');
    expect(withVariable('for the terminal').has('a')).toBe(false);
    expect(withKeyStore(store, { [secretsVariable]: 'for the terminal' }).has('a')).toBe(true);
    expect(withVariable('for the terminal').get('a').value).toBe('1');
    withVariable('for the terminal').openWith('a passphrase');
    const byPassphrase = withNothing();
    expect(byPassphrase.status().kept).toBe('locked');
    byPassphrase.openWith('a passphrase');
    expect(byPassphrase.get('a').value).toBe('1');
    expect(byPassphrase.status().openedBy).toEqual(['the system’s key store', secretsVariable, 'a passphrase']);
  });

  test('the key store of another machine does not open it', () => {
    withKeyStore(keyStore()).set('a', '1');
    expect(withKeyStore(keyStore()).status().kept).toBe('locked');
  });

  test('a key store that answers with no key opens nothing', () => {
    withKeyStore(keyStore()).set('a', '1');
    const broken: KeyWrapper = { ...keyStore(), unwrap: () => new Uint8Array(31) };
    expect(withKeyStore(broken).status().message).toMatch(/^Nothing here opens/);
  });

  test('who has it open reads on when its own slot was replaced', () => {
    const store = keyStore();
    withKeyStore(store, { [secretsVariable]: 'yesterday' }).set('a', '1');
    const open = withVariable('yesterday');
    expect(open.has('a')).toBe(true);
    withKeyStore(store, { [secretsVariable]: 'today' }).set('b', '2');
    expect(withVariable('yesterday').has('b')).toBe(false);
    expect(open.get('b').value).toBe('2');
  });

  test('a passphrase that is refused takes nothing from who has it open', () => {
    const store = withNothing();
    store.openWith('correct horse');
    store.set('a', '1');
    expect(failureOf(() => store.openWith('battery staple'))?.code).toBe('INVALID_INPUT');
    expect(store.get('a').value).toBe('1');
  });

  test('what one program writes another that has it open sees', () => {
    const one = withVariable('correct horse');
    one.set('a', '1');
    const other = withVariable('correct horse');
    expect(other.has('b')).toBe(false);
    one.set('b', '2');
    expect(other.get('b').value).toBe('2');
  });
});

test('a secret that is taken away is gone from memory and from the file, and no other', () => {
  const store = withNothing();
  store.set('a', '1');
  store.set('b', '2');
  store.remove('a');
  expect([store.has('a'), store.has('b')]).toEqual([false, true]);
  const kept = withVariable('correct horse');
  kept.set('a', '1');
  kept.set('b', '2');
  const before = readFileSync(file(), 'utf8');
  kept.remove('c');
  expect(readFileSync(file(), 'utf8')).toBe(before);
  kept.remove('a');
  expect([withVariable('correct horse').has('a'), withVariable('correct horse').has('b')]).toEqual([false, true]);
  expect(failureOf(() => kept.get('a'))?.nextStep).toMatch(/page Connections/);
});

test('what locks the file is told with what would open it', () => {
  const maker = withVariable('correct horse');
  maker.set('a', '1');
  maker.openWith('a passphrase');
  const locked = withNothing();
  expect(locked.status()).toMatchObject({ openedBy: [], message: expect.stringMatching(/^Nothing here opens/) });
  expect(failureOf(() => locked.get('a'))?.nextStep).toMatch(/passphrase/);
  const wrong = withVariable('battery staple');
  expect(wrong.status().message).toMatch(new RegExp(`^The value of ${secretsVariable} does not open`));
  const wrongStore = withKeyStore(keyStore());
  expect(wrongStore.status().message).toMatch(/^Nothing here opens/);
  const refusal = failureOf(() => wrong.openWith('a third'));
  expect(refusal).toMatchObject({ object: file(), nextStep: expect.stringContaining('case') });
  wrong.set('b', '2');
  wrong.openWith('a passphrase');
  expect(wrong.get('a').value).toBe('1');
  expect(wrong.status().openedBy).toEqual(['a passphrase', secretsVariable]);
  // Whoever opened it made the variable's value of today another way in, and the refused passphrase none.
  expect(withVariable('battery staple').get('b').value).toBe('2');
  expect(failureOf(() => withNothing().openWith('a third'))?.code).toBe('INVALID_INPUT');
});

test('a file that was damaged opens no slot and says which file', () => {
  writeFileSync(file(), 'no JSON');
  const store = withVariable('correct horse');
  expect(store.status()).toMatchObject({ kept: 'locked', openedBy: [], message: expect.stringContaining(file()) });
  expect(failureOf(() => store.openWith('any'))).toMatchObject({
    object: file(),
    nextStep: expect.stringContaining('copy'),
  });
});

test('what memory holds goes into the file that begins, once: later values of another program win', () => {
  const store = withNothing();
  store.set('a', '1');
  store.openWith('correct horse');
  const other = withNothing();
  other.openWith('correct horse');
  other.set('a', '2');
  expect(store.get('a').value).toBe('2');
});

describe('without anything that could keep a key', () => {
  test('one that could says so before there is a file', () => {
    expect(withVariable('correct horse').status()).toMatchObject({ kept: 'file', openedBy: [secretsVariable] });
    expect(withNothing().status()).toMatchObject({ kept: 'memory', openedBy: [] });
  });

  test('secrets live in memory, which is told with the next step', () => {
    const store = withNothing();
    store.set('a', '1');
    expect(store.get('a').value).toBe('1');
    expect(failureOf(() => store.get('b'))?.nextStep).toMatch(/page Connections/);
    expect(store.status()).toMatchObject({ kept: 'memory', nextStep: expect.stringContaining(secretsVariable) });
    expect(withNothing().has('a')).toBe(false);
  });

  test('a passphrase begins a file with what memory holds', () => {
    const store = withNothing();
    store.set('a', '1');
    store.openWith('correct horse');
    expect(store.status()).toMatchObject({ kept: 'file', openedBy: ['a passphrase'], nextStep: null });
    const again = withNothing();
    again.openWith('correct horse');
    expect(again.get('a').value).toBe('1');
  });
});

test('a secret prints as [secret], whoever prints it', () => {
  const secret = new Secret('hunter2');
  const printed = [
    String(secret),
    `${secret}`,
    JSON.stringify({ secret }),
    inspect([secret]),
    format('%s %o %j', secret, secret, secret),
  ];
  expect(printed.join()).not.toContain('hunter2');
  expect(printed.slice(0, 3)).toEqual(['[secret]', '[secret]', '{"secret":"[secret]"}']);
});

test('an address prints without its password, whoever prints it', () => {
  const address = new SecretUrl('postgres://ada:hunter2@db/orders');
  const shown = 'postgres://ada:[secret]@db/orders';
  expect([String(address), inspect(address), JSON.stringify({ address })]).toEqual([
    shown,
    shown,
    `{"address":{"url":"${shown}"}}`,
  ]);
  expect(String(new SecretUrl('postgres://ada@db/orders'))).toBe('postgres://ada@db/orders');
  expect(String(new SecretUrl('hunter2'))).toBe('[secret]');
  expect([new Secret('hunter2').toString(), inspect(new Secret('hunter2'))]).toEqual(['[secret]', '[secret]']);
});

test('a connection that crossed a message prints no secret once it is sealed again', () => {
  const connection = sealConnection({
    name: 'orders',
    kafka: {
      brokers: ['a:1'],
      tls: { key: new Secret('hunter2'), verify: true },
      sasl: { mechanism: 'PLAIN', username: 'ada', password: new Secret('hunter2') },
    },
    registry: { url: 'http://r', auth: { type: 'basic', username: 'ada', password: new Secret('hunter2') } },
    postgres: { url: 'postgres://ada:hunter2@db/orders' },
  });
  const received = sealConnection(structuredClone(connection));
  expect(received).toEqual(connection);
  expect(hasSameAccess(received, connection)).toBe(true);
  const sasl = { ...received.kafka.sasl!, password: new Secret('another') };
  expect(hasSameAccess({ ...received, kafka: { ...received.kafka, sasl } }, connection)).toBe(false);
  expect(received.kafka.sasl!.password.value).toBe('hunter2');
  for (const one of [connection, received]) {
    expect(inspect(one, { depth: null }) + JSON.stringify(one) + String(one.postgres)).not.toContain('hunter2');
    expect(JSON.stringify(one.postgres)).toContain('ada:[secret]@db');
  }
});
