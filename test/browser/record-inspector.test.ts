/** The inspector of a record, which bends no value. */
import { describe, expect, test } from 'vitest';
import { RecordsPage } from './page-objects.ts';
import { eventually, stageForEachTest } from './stage.ts';

const open = stageForEachTest();

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

  test('shows a time beside the number that stands for it', async () => {
    const { page } = await open('full', '#/topics/flights');
    const records = new RecordsPage(page, 'flights');
    await records.inspect(3);
    const row = records.inspector.getByRole('listitem').filter({ hasText: 'time_hour' });
    await row.getByText(/^2013-\d\d-\d\dT\d\d:00:00Z$/).waitFor();
    const [, number = ''] = /time_hour(\d{13})/.exec((await row.textContent()) ?? '') ?? [];
    const text = new Date(Number(number)).toISOString().replace('.000', '');
    await row.getByText(text).waitFor();
    const cell = records.row(3).getByTitle(`timestamp-millis ${number}`);
    expect(await cell.textContent()).toBe(text);
  });
});
