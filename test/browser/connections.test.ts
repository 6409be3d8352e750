/** Connections: listed, added by form or paste, tested live, used, unlocked, removed and brought back. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { refusedLogin } from './fake-connections.ts';
import { eventually, stageForEachTest } from './stage.ts';

const open = stageForEachTest();

const chip = (page: Page) => page.getByRole('button', { name: /^Connection / });
const row = (page: Page, name: string) =>
  page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });
const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });
const step = (page: Page, title: string) =>
  page.getByRole('list', { name: 'Steps of the test' }).getByRole('listitem').filter({ hasText: title });

test('lists them with environment, access and what is missing; a faulty file says why', async () => {
  const { page } = await open('full', '#/connections');
  await row(page, 'sandbox').getByText('in use').waitFor();
  await row(page, 'orders-production').getByText('read only').waitFor();
  await row(page, 'orders-production').getByText('a secret is missing').waitFor();
  await row(page, 'orders-test').getByText('test', { exact: true }).waitFor();
  await row(page, 'clicks').getByText('can’t be used').waitFor();
  await row(page, 'clicks').click();
  await page.getByRole('alert').getByText('docs/connections.md').waitFor();
});

describe('a new one', () => {
  test('is written by form; what is wrong stands at its field', async () => {
    const { page, window, workbench } = await open('full', '#/home');
    await page.keyboard.press('g');
    await page.keyboard.press('c');
    await window.heading('Connections').waitFor();
    await page.getByRole('button', { name: 'New connection' }).click();
    await field(page, 'Bootstrap servers').fill('localhost');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Write it as host:port').waitFor();
    await page.getByText('Lower-case letters, digits').waitFor();
    expect(await field(page, 'Bootstrap servers').getAttribute('aria-invalid')).toBe('true');
    await field(page, 'Name').fill('local');
    await field(page, 'Bootstrap servers').fill('localhost:9092');
    await page.getByRole('button', { name: 'Save' }).click();
    await window.heading('local').waitFor();
    expect(workbench.asked).toEqual(['save local']);
    expect(workbench.connections.definitions.get('local')).toEqual({
      version: 1,
      name: 'local',
      environment: 'development',
      kafka: { brokers: ['localhost:9092'] },
    });
  });

  test('with a login: the password goes in once and is never shown', async () => {
    const { page, window, workbench } = await open('full', '#/connections/new');
    await field(page, 'Name').fill('payments');
    await field(page, 'Bootstrap servers').fill('kafka.example.com:9093');
    await page.getByRole('combobox', { name: 'Security' }).click();
    await page.getByRole('option', { name: /SASL over TLS/ }).click();
    await page.getByRole('button', { name: 'production' }).click();
    expect(await page.getByRole('switch', { name: 'Read only' }).getAttribute('aria-checked')).toBe('true');
    await field(page, 'User').fill('ada');
    await page.getByLabel('Password', { exact: true }).fill('hunter2');
    await page.getByRole('button', { name: 'Save' }).click();
    await window.heading('payments').waitFor();
    await page.getByRole('button', { name: 'Replace Password' }).waitFor();
    expect(await page.content()).not.toContain('hunter2');
    expect(workbench.connections.definitions.get('payments')).toMatchObject({
      environment: 'production',
      kafka: {
        tls: { verify: true },
        sasl: { mechanism: 'SCRAM-SHA-512', username: 'ada', password: { secret: 'payments.kafka.password' } },
      },
    });
    expect(workbench.connections.set.has('payments.kafka.password')).toBe(true);
  });

  test('with a registry of a private authority: its certificate is a path, its key a secret', async () => {
    const { page, workbench } = await open('full', '#/connections/new');
    await field(page, 'Name').fill('private');
    await field(page, 'Bootstrap servers').fill('kafka.example.com:9092');
    await field(page, 'Address of the registry').fill('http://registry.example.com');
    await field(page, 'CA certificate of the registry').waitFor({ state: 'hidden' });
    await field(page, 'Address of the registry').fill('https://registry.example.com');
    await field(page, 'CA certificate of the registry').fill('certs/registry-ca.pem');
    await field(page, 'Client key of the registry').fill('-----BEGIN PRIVATE KEY----- AA== -----END PRIVATE KEY-----');
    await page.getByRole('button', { name: 'Save' }).click();
    await eventually(() =>
      expect(workbench.connections.definitions.get('private')?.registry).toEqual({
        url: 'https://registry.example.com',
        tls: { ca: 'certs/registry-ca.pem', key: { secret: 'private.registry.key' } },
      }),
    );
  });

  test('is filled from pasted settings; secrets leave the text, the rest is named', async () => {
    const { page, workbench } = await open('full', '#/connections/new');
    await page.getByRole('button', { name: 'Paste settings' }).click();
    await field(page, 'Settings').fill(
      [
        'bootstrap.servers=pkc-1.example.com:9092',
        'security.protocol=SASL_SSL',
        'sasl.mechanism=PLAIN',
        'sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="KEY" password="hunter2";',
        'linger.ms=5',
      ].join('\n'),
    );
    await page.getByRole('button', { name: 'Fill the form' }).click();
    await page.getByText('1 secret taken out of the text').waitFor();
    await page.getByText('linger.ms').waitFor();
    expect(await field(page, 'Bootstrap servers').inputValue()).toBe('pkc-1.example.com:9092');
    expect(await field(page, 'User').inputValue()).toBe('KEY');
    await page.getByText('from what you pasted', { exact: true }).waitFor();
    expect(await page.content()).not.toContain('hunter2');
    await field(page, 'Name').fill('managed');
    await page.getByRole('button', { name: 'Save' }).click();
    await eventually(() => expect(workbench.connections.set.has('managed.kafka.password')).toBe(true));
  });
});

describe('the test', () => {
  test('shows each step as it goes', async () => {
    const { page } = await open('full', '#/connections/orders-test');
    await page.getByRole('button', { name: 'Test', exact: true }).click();
    await step(page, 'Reach a broker').getByRole('img', { name: 'ok' }).waitFor();
    await page.getByText('It works.').waitFor();
    await step(page, 'Read the cluster').getByText('128 topics').waitFor();
    await step(page, 'Ask Postgres').getByText('not used here').waitFor();
    await page.getByRole('link', { name: 'Connections' }).first().click();
    await row(page, 'orders-test')
      .getByText(/^worked on/)
      .waitFor();
  });

  test('says the reason and the next step of the first failure', async () => {
    const { page, workbench } = await open('full', '#/connections/orders-test');
    workbench.connections.refusesLogin = true;
    await page.getByRole('button', { name: 'Test', exact: true }).click();
    const failure = page.getByRole('alert').filter({ hasText: 'Log in: failed' });
    await failure.getByText('refused the login').waitFor();
    await failure.getByText('Check the user name, the password').waitFor();
    await step(page, 'Read the cluster').getByRole('img', { name: 'waiting' }).waitFor();
  });

  test('can be cancelled; a draft is tested as it stands', async () => {
    const { page, workbench } = await open('full', '#/connections/orders-test');
    await field(page, 'Title').fill('changed');
    await page.getByRole('button', { name: 'Test', exact: true }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Cancelled.').waitFor();
    expect(workbench.asked).toEqual(['test draft']);
  });
});

describe('the connection in use', () => {
  test('is chosen in the top bar, and undone; production can’t be overlooked', async () => {
    const { page, workbench } = await open('full', '#/topics');
    await chip(page).click();
    await page.getByRole('menuitemradio', { name: /orders-production/ }).click();
    await chip(page).getByText('production · read only').waitFor();
    await page.getByText('Reading from orders-production now').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await chip(page).getByText('sandbox').waitFor();
    expect(workbench.asked).toEqual(['switch orders-production', 'switch sandbox']);
  });

  test('is chosen from the palette and from its page', async () => {
    const { page, workbench } = await open('full', '#/connections/orders-test');
    await page.getByRole('button', { name: 'Use', exact: true }).click();
    await chip(page).getByText('orders-test').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Commands' }).fill('use sandbox');
    await page.keyboard.press('Enter');
    await chip(page).getByText('sandbox').waitFor();
    expect(workbench.asked).toEqual(['switch orders-test', 'switch sandbox']);
  });

  test('takes writes only after its name was typed, and for a time', async () => {
    const { page, workbench } = await open('full', '#/home');
    workbench.connections.current = 'orders-production';
    await chip(page).getByText('read only').waitFor();
    await chip(page).click();
    await page.getByRole('menuitem', { name: /^Unlock writes/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Unlock orders-production?' });
    expect(await dialog.getByRole('button', { name: 'Unlock orders-production' }).isDisabled()).toBe(true);
    await dialog.getByRole('textbox').fill('orders-production');
    await dialog.getByRole('button', { name: 'Unlock orders-production' }).click();
    await chip(page)
      .getByText(/unlocked until \d\d:\d\d/)
      .waitFor();
    await chip(page).click();
    await page.getByRole('menuitem', { name: 'Lock again now' }).click();
    await chip(page).getByText('read only').waitFor();
    expect(workbench.asked).toEqual(['unlock orders-production 15', 'lock orders-production']);
  });
});

describe('what this machine allows', () => {
  const policy = (page: Page) => page.getByRole('region', { name: 'On this machine' });
  const nothing = { readOnly: true, deniedTopics: [], allowedTopics: [], megabytesPerSecond: null };

  test('a file that was loosened stays read-only until the user agrees', async () => {
    const { page, workbench } = await open('full', '#/home');
    const { connections } = workbench;
    const production = connections.definitions.get('orders-production')!;
    connections.definitions.set('orders-production', { ...production, readOnly: false });
    connections.policies.set('orders-production', nothing);
    await page.evaluate("location.hash = '#/connections/orders-production'");
    await page.getByText('read only here', { exact: true }).waitFor();
    await policy(page).getByText('The workspace says writable; here it stays read-only until you agree').waitFor();
    await policy(page).getByRole('button', { name: 'Agree to writes' }).click();
    const dialog = page.getByRole('dialog', { name: 'Agree to writes on orders-production?' });
    const agree = dialog.getByRole('button', { name: 'Agree to writes on orders-production' });
    expect(await agree.isDisabled()).toBe(true);
    await dialog.getByRole('textbox').fill('orders-production');
    await agree.click();
    await policy(page).getByText('Takes writes').waitFor();
    expect(connections.policies.get('orders-production')).toEqual({ ...nothing, readOnly: false });
    await policy(page).getByRole('button', { name: 'Make it read-only here' }).click();
    await policy(page).getByText('Read-only', { exact: true }).waitFor();
  });

  test('an unlock counts down and is revoked', async () => {
    const { page, workbench } = await open('full', '#/connections/orders-production');
    await policy(page).getByRole('button', { name: 'Unlock for some minutes' }).click();
    const dialog = page.getByRole('dialog', { name: 'Unlock orders-production?' });
    await dialog.getByRole('textbox').fill('orders-production');
    await dialog.getByRole('button', { name: 'Unlock orders-production' }).click();
    await policy(page)
      .getByText(/^Unlocked, 14 min 5\d s left$/)
      .waitFor();
    await policy(page).getByRole('button', { name: 'Lock again now' }).click();
    await policy(page).getByText('Read-only', { exact: true }).waitFor();
    expect(workbench.asked).toEqual(['unlock orders-production 15', 'lock orders-production']);
  });

  test('topics are denied and reading is slowed; what is wrong stands at its field', async () => {
    const { page, workbench } = await open('full', '#/connections/orders-production');
    const save = page.getByRole('button', { name: 'Save limits' });
    expect(await save.isDisabled()).toBe(true);
    await field(page, 'Denied topics').fill('payments.*\ncus/tomers');
    await field(page, 'Reads at most, MB/s').fill('-2');
    await save.click();
    await page.getByText('A topic, with * for any characters').waitFor();
    await page.getByText('More than 0, or none').waitFor();
    await field(page, 'Denied topics').fill('payments.*, customers');
    await field(page, 'Reads at most, MB/s').fill('2.5');
    await save.click();
    await page.getByText('Limits of orders-production saved').waitFor();
    expect(workbench.connections.policies.get('orders-production')).toEqual({
      ...nothing,
      deniedTopics: ['payments.*', 'customers'],
      megabytesPerSecond: 2.5,
    });
    expect(await save.isDisabled()).toBe(true);
  });
});

test('the last test of a saved connection is shown again, with why it failed', async () => {
  const { page, workbench } = await open('full', '#/home');
  workbench.connections.tests.set('orders-test', { at: Date.UTC(2026, 10, 24, 9, 30), error: refusedLogin });
  await page.evaluate("location.hash = '#/connections/orders-test'");
  await page.getByText(/^Failed on 2026-11-24 \d\d:\d\d: The Kafka broker at .* refused the login/).waitFor();
  await field(page, 'Title').fill('changed');
  await page.getByText(/^Failed on/).waitFor({ state: 'hidden' });
});

test('removing asks, and is undone', async () => {
  const { page, window, workbench } = await open('full', '#/connections/orders-test');
  await page.getByRole('button', { name: 'Remove orders-test' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove orders-test' }).click();
  await window.heading('Connections').waitFor();
  await row(page, 'orders-test').waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Undo' }).click();
  await row(page, 'orders-test').waitFor();
  expect(workbench.asked).toEqual(['remove orders-test', 'restore orders-test']);
});

test('says where secrets are kept when they are not, and takes a passphrase', async () => {
  const { page, workbench } = await open('full', '#/connections');
  workbench.connections.keepsSecrets = false;
  await page.getByText('gone when Mercury Workbench ends').waitFor();
  await page.getByRole('button', { name: 'Choose a passphrase' }).click();
  await field(page, 'Passphrase').fill('short');
  await page.getByRole('button', { name: 'Keep secrets' }).click();
  await page.getByText('At least 8 characters').waitFor();
  await field(page, 'Passphrase').fill('correct horse');
  await page.getByRole('button', { name: 'Keep secrets' }).click();
  await page.getByText('Secrets are kept in an encrypted file now').waitFor();
  await page.getByText('gone when Mercury Workbench ends').waitFor({ state: 'hidden' });
  expect(workbench.asked).toEqual(['open secrets']);
});

test('teaches where there is only the sandbox', async () => {
  const { page, window } = await open('empty', '#/connections');
  await page.getByText('Only the sandbox so far').waitFor();
  await page.getByRole('button', { name: 'New connection' }).click();
  await window.heading('New connection').waitFor();
});
