/** Topics: the list, the records grid, the inspector that bends no value. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
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
});

describe('records', () => {
  test('come newest first, a column for each field', async () => {
    const { page } = await open('full', '#/topics');
    const records = await new TopicsPage(page).openTopic('flights');
    const columns = await records.columns();
    expect(columns.slice(0, 7)).toEqual(['Time', 'Part.', 'Offset', 'Key', 'flight_id', 'time_hour', 'carrier']);
    const [first, second] = [await timeOf(records, 0), await timeOf(records, 1)];
    expect(first > second).toBe(true);
  });

  test('page towards the oldest while scrolling, with only the rows in sight in the page', async () => {
    const { page } = await open('full', '#/topics/flights-faulty');
    const records = new RecordsPage(page, 'flights-faulty');
    await records.row(0).waitFor();
    await eventually(async () => {
      await page.evaluate("document.querySelector('[role=grid]').scrollTo(0, 1e9)");
      expect(await records.grid.getByText(/^2.006 records: the oldest is above/).count()).toBe(1);
    });
    await records.row(2_005).waitFor();
    expect(await records.grid.getAttribute('aria-rowcount')).toBe('2007');
    expect(await records.grid.getByRole('row').count()).toBeLessThan(80);
  });

  test('new ones appear while following at the top', async () => {
    const { page } = await open('full', '#/topics/flights');
    const records = new RecordsPage(page, 'flights');
    await records.row(0).waitFor();
    const before = await timeOf(records, 0);
    await page.keyboard.press('l');
    await page.getByRole('button', { name: 'Follow', pressed: true }).waitFor();
    await eventually(async () => expect((await timeOf(records, 0)) > before).toBe(true));
  });

  test('the newest are read on demand', async () => {
    const { page } = await open('full', '#/topics/flights');
    const records = new RecordsPage(page, 'flights');
    await records.row(0).waitFor();
    const before = await timeOf(records, 0);
    await page.getByRole('button', { name: 'Read newest' }).click();
    await eventually(async () => expect((await timeOf(records, 0)) > before).toBe(true));
  });

  test('of an empty and of an unknown topic are explained', async () => {
    const { page, window, host } = await open('full', '#/topics/payments.settled');
    await page.getByText('No records in payments.settled').waitFor();
    await window.open(host.url, '#/topics/gone');
    await page.getByRole('alert').getByText('There is no topic gone').waitFor();
  });
});

describe('a place', () => {
  test('is reached by its field and its address, selected, and left for the newest', async () => {
    const { page, window } = await open('full', '#/topics/flights');
    await page.getByRole('textbox', { name: 'Go to partition@offset' }).fill('2@4711');
    await page.keyboard.press('Enter');
    const records = new RecordsPage(page, 'flights');
    await records.inspector.getByText(/^flights-2 @ 4.711$/).waitFor();
    await page.getByText(/^Partition 2 from offset 4.711 back$/).waitFor();
    expect(await page.evaluate('location.hash')).toBe('#/topics/flights/2%404711');
    await page.reload();
    await records.inspector.getByText(/^flights-2 @ 4.711$/).waitFor();
    await page.getByRole('link', { name: 'Show the newest' }).click();
    await window.heading('flights').waitFor();
    await page.getByText(/^Partition 2 from/).waitFor({ state: 'hidden' });
  });

  test('is reached from the palette, and copied as a link', async () => {
    const { page } = await open('full', '#/home');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.type('flights-faulty-0@1500');
    await page.keyboard.press('Enter');
    const { inspector } = new RecordsPage(page, 'flights-faulty');
    await inspector.getByText(/^flights-faulty-0 @ 1.500$/).waitFor();
    await inspector.getByRole('button', { name: 'Copy a link to this record' }).click();
    await eventually(async () =>
      expect(await page.evaluate('navigator.clipboard.readText()')).toBe('mercury://topics/flights-faulty/0@1500'),
    );
  });

  test('where no record is says so', async () => {
    const { page } = await open('full', '#/topics/flights-faulty/0@999999');
    await page.getByText(/No record at offset 999.999 of partition 0/).waitFor();
    await new RecordsPage(page, 'flights-faulty').row(0).waitFor();
  });
});

describe('where to begin', () => {
  test('at the oldest, towards newer ones', async () => {
    const { page } = await open('full', '#/topics/flights-faulty');
    await page.getByRole('button', { name: 'Oldest' }).click();
    const grid = page.getByRole('grid', { name: 'Records of flights-faulty, oldest first' });
    const offset = (index: number) =>
      grid
        .locator(`[aria-rowindex="${index + 2}"]`)
        .getByRole('gridcell')
        .nth(2);
    await offset(0).getByText('0', { exact: true }).waitFor();
    await offset(1).getByText('1', { exact: true }).waitFor();
    await eventually(async () => {
      await page.evaluate("document.querySelector('[role=grid]').scrollTo(0, 1e9)");
      expect(await grid.getByText(/^2.006 records: the newest is above/).count()).toBe(1);
    });
  });

  test('at a time, in the address too', async () => {
    const { page } = await open('full', '#/topics/flights-faulty');
    await page.getByRole('group', { name: 'Where to begin' }).getByRole('button', { name: 'Time' }).click();
    const at = new Date(Date.UTC(2026, 10, 24, 13, 1, 0));
    const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
    await page.getByLabel('Time of the first record').fill(local);
    await page.keyboard.press('Enter');
    const grid = page.getByRole('grid', { name: 'Records of flights-faulty, oldest first' });
    await grid
      .locator('[aria-rowindex="2"]')
      .getByText(/:01:00\.\d/)
      .waitFor();
    expect(await page.evaluate('location.hash')).toBe(`#/topics/flights-faulty/time%40${at.getTime()}`);
  });
});

describe('following', () => {
  test('counts what is too much to show, and ends when the page is left', async () => {
    const { page, workbench, window } = await open('full', '#/topics/flights');
    await new RecordsPage(page, 'flights').row(0).waitFor();
    workbench.setFeedRate(20_000);
    await page.keyboard.press('l');
    await page.getByText(/^20.000 records\/s/).waitFor();
    await page.getByText(/\d left out$/).waitFor();
    expect(workbench.asked).toContain('tail flights');
    expect(workbench.asked).not.toContain('tail flights ended');
    await window.goTo('Pipelines');
    await eventually(() => expect(workbench.asked).toContain('tail flights ended'));
  });

  test('waits while the user reads further down, and goes on at the top', async () => {
    const { page, workbench } = await open('full', '#/topics/flights');
    const records = new RecordsPage(page, 'flights');
    await records.row(0).waitFor();
    await page.keyboard.press('l');
    await page.getByText(/^200 records\/s/).waitFor();
    await page.evaluate("document.querySelector('[role=grid]').scrollTo(0, 900)");
    await page.getByRole('button', { name: 'Follow (waiting)' }).waitFor();
    await eventually(() => expect(workbench.asked.at(-1)).toBe('tail flights ended'));
    await page.evaluate("document.querySelector('[role=grid]').scrollTo(0, 0)");
    await page.getByRole('button', { name: 'Follow', exact: true }).waitFor();
    await eventually(() => expect(workbench.asked.at(-1)).toBe('tail flights'));
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

test('following keeps what it has shown', async () => {
  const { page, workbench } = await open('full', '#/topics/flights');
  const records = new RecordsPage(page, 'flights');
  await records.row(0).waitFor();
  const offset = async () =>
    Number(((await records.row(0).getByRole('gridcell').nth(2).textContent()) ?? '').replaceAll(/\D/g, ''));
  const first = await offset();
  workbench.setFeedRate(100);
  await page.keyboard.press('l');
  await eventually(async () => expect(await offset()).toBeGreaterThan(first + 40));
  await page.keyboard.press('l');
  await page.getByRole('button', { name: 'Follow', pressed: false }).waitFor();
  await records.grid.press('End');
  await eventually(async () => {
    const text = (await records.grid.getByText(/ read/).textContent()) ?? '';
    expect(Number(text.replaceAll(/\D/g, ''))).toBeGreaterThan(300);
  });
});

describe('inspector', () => {
  test('shows the bytes of every record in hex', async () => {
    const { page } = await open('full', '#/topics/flights-faulty');
    const records = new RecordsPage(page, 'flights-faulty');
    await records.inspect(1);
    await records.inspector.getByRole('tab', { name: 'Hex' }).click();
    await records.inspect(5);
    // Of a record that a schema decoded, the bytes are read from the topic.
    await records.inspector.getByText('000000  00 00 00 00 03 02 82 07').waitFor();
    await records.inspect(3);
    await records.inspector.getByRole('tab', { name: 'Schema' }).click();
    await records.inspector.getByText('carries no id of one').waitFor();
  });

  test('shows every type exactly, as tree and as JSON', async () => {
    const { page } = await open('full', '#/topics/flights-faulty');
    const records = new RecordsPage(page, 'flights-faulty');
    await records.inspect(5);
    const tree = records.inspector;
    for (const text of [
      '9007199254740993',
      '-9223372036854775808',
      '1234567890123456789.0100',
      '-0.1',
      'NaN',
      '-0',
      'null',
      '""',
      '0x00017f80ff',
    ]) {
      await tree.getByText(text, { exact: true }).first().waitFor();
    }
    await tree.getByRole('tab', { name: 'JSON' }).click();
    const json = (await tree.getByRole('region', { name: 'Value as JSON' }).textContent()) ?? '';
    expect(json).toContain('"flight_id": 9007199254740993,');
    expect(json).toContain('"price": 1234567890123456789.0100,');
    expect(json).toContain('"zero": -0,');
    expect(JSON.parse(json)).toMatchObject({ note: '', digest: '0x00017f80ff', crew: { captain: 'Ada', size: 6 } });
  });

  test('says why a value could not be decoded', async () => {
    const { page } = await open('full', '#/topics/flights-faulty');
    const records = new RecordsPage(page, 'flights-faulty');
    await records.inspect(1);
    await records.inspector.getByText('The value is shown as TEXT').waitFor();
    await records.inspector.getByText('the first byte is 0x7b').waitFor();
  });

  test('says why JSON in an Avro topic is not Avro', async () => {
    const { page } = await open('full', '#/topics/flights-faulty');
    const records = new RecordsPage(page, 'flights-faulty');
    await records.inspect(2);
    await records.inspector.getByText('not AVRO', { exact: true }).waitFor();
  });

  test('cuts a huge value, says how much is left, copies all of it', async () => {
    const { page } = await open('full', '#/topics/flights-faulty');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const records = new RecordsPage(page, 'flights-faulty');
    await records.inspect(9);
    await records.inspector.getByText(/^At most 32.768 characters of 4.2 MB are shown$/).waitFor();
    await records.inspector.getByRole('button', { name: 'Copy the record' }).click();
    await page.getByRole('menuitem', { name: 'Copy the value' }).click();
    await page.getByText('Value copied').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText().then((t) => t.length)')).toBeGreaterThan(4_200_000);
    await records.inspector.getByRole('button', { name: 'Show all' }).click();
    await records.inspector.getByText('… 4.2 MB more').waitFor();
    await records.inspector.getByRole('button', { name: 'Copy the whole value' }).click();
    await eventually(async () =>
      expect(await page.evaluate('navigator.clipboard.readText().then((t) => t.length)')).toBe(4_200_000),
    );
  });

  test('shows the key in the same forms, the schema, and steps through the records', async () => {
    const { page } = await open('full', '#/topics/flights');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const records = new RecordsPage(page, 'flights');
    await records.inspect(3);
    const title = records.inspector.getByRole('heading', { level: 2 });
    const first = await title.textContent();
    await records.inspector.getByRole('button', { name: 'Record below' }).click();
    await eventually(async () => expect(await title.textContent()).not.toBe(first));
    await page.keyboard.press('Escape');
    await records.inspect(3);
    await records.grid.press('ArrowDown');
    await eventually(async () => expect(await title.textContent()).not.toBe(first));
    await records.inspector.getByRole('tab', { name: 'Schema' }).click();
    await records.inspector.getByText('"mercury.sample"').waitFor();
    await records.inspector.getByRole('link', { name: 'flights-value version 2' }).waitFor();
    await records.inspector.getByRole('button', { name: 'Key', exact: true }).click();
    await records.inspector.getByText('This key was read without a schema').waitFor();
    await records.inspector.getByRole('tab', { name: 'JSON' }).click();
    await records.inspector
      .getByRole('region', { name: 'Key as JSON' })
      .getByText(/^"\d+"$/)
      .waitFor();
    await records.inspector.getByRole('button', { name: 'Copy the record' }).click();
    await page.getByRole('menuitem', { name: 'Copy the record as JSON' }).click();
    await page.getByText('Record copied').waitFor();
    const copied = JSON.parse(await page.evaluate<string>('navigator.clipboard.readText()')) as object;
    expect(copied).toMatchObject({ topic: 'flights', valueSchemaId: 3, value: { carrier: expect.any(String) } });
  });

  test('shows headers as text where they are, else as bytes', async () => {
    const { page } = await open('full', '#/topics/flights');
    const records = new RecordsPage(page, 'flights');
    await records.row(0).waitFor();
    for (let index = 0; index < 8; index += 1) {
      await records.inspect(index);
      if ((await records.inspector.getByRole('tab', { name: 'Headers 4' }).count()) > 0) break;
    }
    await records.inspector.getByRole('tab', { name: 'Headers 4' }).click();
    await records.inspector.getByText('"flight-producer"').waitFor();
    await records.inspector.getByText('0x009f9296ff').waitFor();
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

async function timeOf(records: RecordsPage, index: number): Promise<string> {
  return (await records.row(index).getByRole('gridcell').first().textContent()) ?? '';
}
