/** Topics: the list, the records grid, the inspector that bends no value. */
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
    await page.getByRole('button', { name: 'Newest' }).click();
    await eventually(async () => expect((await timeOf(records, 0)) > before).toBe(true));
  });

  test('of an empty and of an unknown topic are explained', async () => {
    const { page, window, host } = await open('full', '#/topics/payments.settled');
    await page.getByText('No records in payments.settled').waitFor();
    await window.open(host.url, '#/topics/gone');
    await page.getByRole('alert').getByText('There is no topic gone').waitFor();
  });
});

describe('inspector', () => {
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
    await records.inspector.getByText('The value is shown as text').waitFor();
    await records.inspector.getByText('the first byte is 0x7b').waitFor();
  });

  test('says why JSON in an Avro topic is not Avro', async () => {
    const { page } = await open('full', '#/topics/flights-faulty');
    const records = new RecordsPage(page, 'flights-faulty');
    await records.inspect(2);
    await records.inspector.getByText('not Avro', { exact: true }).waitFor();
  });

  test('cuts a huge value, says how much is left, copies all of it', async () => {
    const { page } = await open('full', '#/topics/flights-faulty');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const records = new RecordsPage(page, 'flights-faulty');
    await records.inspect(9);
    await records.inspector.getByText('… 4.2 MB more').waitFor();
    await records.inspector.getByRole('button', { name: 'Copy the whole value' }).click();
    await eventually(async () =>
      expect(await page.evaluate('navigator.clipboard.readText().then((t) => t.length)')).toBe(4_200_000),
    );
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

async function timeOf(records: RecordsPage, index: number): Promise<string> {
  return (await records.row(index).getByRole('gridcell').first().textContent()) ?? '';
}
