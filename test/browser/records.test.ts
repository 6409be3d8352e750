/** Records of a topic: both ways, from a place or a time, and as they come. */
import { describe, expect, test } from 'vitest';
import { RecordsPage, TopicsPage } from './page-objects.ts';
import { eventually, stageForEachTest } from './stage.ts';

const open = stageForEachTest();

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

  test('at the end offers what came since', async () => {
    const { page, workbench } = await open('full', '#/topics/flights-faulty/oldest');
    const grid = page.getByRole('grid', { name: 'Records of flights-faulty, oldest first' });
    await eventually(async () => {
      await page.evaluate("document.querySelector('[role=grid]').scrollTo(0, 1e9)");
      expect(await grid.getByText(/^2.006 records: the newest is above/).count()).toBe(1);
    });
    workbench.arrived.set('flights-faulty', 12);
    await grid.getByRole('button', { name: 'Read 12 records that came since' }).click();
    await grid.getByText(/^2.018 records: the newest is above/).waitFor();
    await grid.getByRole('button', { name: /that came since/ }).waitFor({ state: 'hidden' });
    workbench.arrived.set('flights-faulty', 13);
    await grid.getByRole('button', { name: 'Read 1 record that came since' }).waitFor();
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

async function timeOf(records: RecordsPage, index: number): Promise<string> {
  return (await records.row(index).getByRole('gridcell').first().textContent()) ?? '';
}
