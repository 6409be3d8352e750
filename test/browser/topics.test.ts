/** Topics: the list as it fills, and what the tabs of a topic show. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { FakeConnections } from './fake-connections.ts';
import { RecordsPage, TopicsPage } from './page-objects.ts';
import { eventually, stageForEachTest } from './stage.ts';

const open = stageForEachTest();

describe('list', () => {
  test('shows counts exactly, hides internal topics until asked', async () => {
    const { page } = await open('full', '#/topics');
    const topics = new TopicsPage(page);
    await topics
      .topic('orders')
      .getByText(/^9.007.199.254.740.993$/)
      .waitFor();
    await topics.topic('orders').getByText('not told').waitFor();
    expect(await topics.topic('__consumer_offsets').count()).toBe(0);
    await page.getByRole('checkbox', { name: '1 internal topic' }).check();
    await topics.topic('__consumer_offsets').waitFor();
  });

  test('filters by words and sorts by size', async () => {
    const { page } = await open('full', '#/topics');
    const topics = new TopicsPage(page);
    await topics.filter.fill('letters flights');
    await topics.topic('flights.dead-letters').waitFor();
    expect(await topics.list.getByRole('link').allTextContents()).toEqual(['flights.dead-letters']);
    await topics.filter.fill('nothing like it');
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.getByRole('button', { name: 'Size' }).click();
    expect((await topics.list.getByRole('link').allTextContents())[0]).toBe('flights');
    await page.getByRole('columnheader', { name: 'Size' }).and(page.locator('[aria-sort="descending"]')).waitFor();
  });

  test('fills in rates, the time of the newest record and schemas, each of which sorts', async () => {
    const { page } = await open('full', '#/topics');
    const topics = new TopicsPage(page);
    const flights = topics.topic('flights');
    await flights.getByText('200', { exact: true }).waitFor();
    await flights.getByText(/ ago$/).waitFor();
    await topics.topic('payments.settled').getByText('none').waitFor();
    await page.getByRole('button', { name: 'Records/s' }).click();
    expect((await topics.list.getByRole('link').allTextContents())[0]).toBe('flights');
    await flights.getByRole('link', { name: 'Avro v2' }).click();
    await page.getByRole('heading', { level: 1, name: 'flights-value' }).waitFor();
  });

  test('of two thousand follows the keys as a short one does', async () => {
    const { page, workbench } = await open('full', '#/topics');
    const topics = new TopicsPage(page);
    workbench.manyTopics = 60;
    await page.reload();
    await page.getByText(/^65$/).waitFor();
    await page.getByRole('link', { name: 'Avro v1' }).first().waitFor();
    const short = await typingTime(page, 'team-7 events-001');
    workbench.manyTopics = 2_000;
    await page.reload();
    await page.getByText(/^2.005$/).waitFor();
    await page.getByRole('link', { name: 'Avro v1' }).first().waitFor();
    const long = await typingTime(page, 'team-7 events-001');
    await eventually(async () =>
      expect(await topics.list.getByRole('link', { name: /^team/ }).allTextContents()).toEqual([
        'team-7.events-00127',
        'team-7.events-00167',
      ]),
    );
    expect(long).toBeLessThan(2 * short + 50);
  });

  test('teaches when empty, says what it reads, explains a failure', async () => {
    const { page, workbench } = await open('loading', '#/topics');
    await page.getByRole('status').getByText('Reading the topics').waitFor();
    workbench.scenario = 'empty';
    await page.getByText('No topics yet').waitFor();
    workbench.scenario = 'error';
    await page.getByRole('alert').getByText('No broker answers at 127.0.0.1:9092').waitFor();
    workbench.scenario = 'full';
    await page.getByRole('button', { name: 'Try again' }).click();
    await new TopicsPage(page).topic('flights').waitFor();
  });

  test('when empty says why, by the connection in use', async () => {
    const { page, window, workbench, host } = await open('empty', '#/home');
    const { connections } = workbench;
    const definition = new FakeConnections(false).definitions.get('orders-test')!;
    connections.definitions.set('orders-test', definition);
    connections.current = 'orders-test';
    await window.open(host.url, '#/topics');
    await page.getByText('No topics in orders-test').waitFor();
    await page.getByText('only what this user may describe').waitFor();
    expect(await page.getByText('sandbox’s address').count()).toBe(0);
    const limits = { readOnly: false, allowedTopics: [], megabytesPerSecond: null };
    connections.policies.set('orders-test', { ...limits, deniedTopics: ['*'] });
    await page.getByText('No topic that this machine allows').waitFor();
    await page.getByRole('button', { name: 'Show the policy' }).click();
    await window.heading('orders-test').waitFor();
  });
});

describe('tabs of a topic', () => {
  test('partitions, with what is behind', async () => {
    const { page } = await open('full', '#/topics/flights');
    await page.getByRole('tab', { name: 'Partitions' }).click();
    const grid = page.getByRole('grid', { name: 'Partitions of flights' });
    await grid.getByText('behind: 1').waitFor();
    expect(await page.evaluate('location.hash')).toBe('#/topics/flights/partitions');
    await grid.getByRole('link').first().click();
    await new RecordsPage(page, 'flights').inspector.getByText(/^flights-0 @ 84.193$/).waitFor();
  });

  test('groups, with the lag of each partition and who reads it', async () => {
    const { page, window, host } = await open('full', '#/topics/flights/groups');
    const groups = page.getByRole('grid', { name: 'Groups that read flights' });
    await groups.getByText(/^168.388$/).waitFor();
    await groups.getByText('flights-to-postgres').click();
    const partitions = page.getByRole('grid', { name: 'Partitions of flights-to-postgres' });
    await partitions.getByText('35', { exact: true }).waitFor();
    await partitions.getByText('mercury').first().waitFor();
    await window.open(host.url, '#/topics/orders/groups');
    await page.getByText('No group reads orders').waitFor();
  });

  test('settings, those of the topic first', async () => {
    const { page } = await open('full', '#/topics/flights/config');
    const grid = page.getByRole('grid', { name: 'Settings of flights' });
    await grid.getByText('set on this topic').first().waitFor();
    expect(await grid.locator('[aria-rowindex="2"]').getByRole('gridcell').allTextContents()).toEqual([
      'cleanup.policy',
      'compact',
      'set on this topic',
      'delete',
    ]);
  });
});

/** Milliseconds until the page is drawn after a key, the lower quartile: the machine may be busy with something else meanwhile. */
async function typingTime(page: Page, text: string): Promise<number> {
  await page.keyboard.press('/');
  const waits: number[] = [];
  for (const key of text) {
    const startedAt = performance.now();
    await page.keyboard.type(key);
    await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))');
    waits.push(performance.now() - startedAt);
  }
  return waits.sort((a, b) => a - b)[waits.length >> 1]!;
}
