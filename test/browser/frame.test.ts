/** What holds on every page: navigation, keys, theme, a connection that goes and comes back. */
import { describe, expect, test } from 'vitest';
import { HomePage, RecordsPage, TopicsPage } from './page-objects.ts';
import { eventually, stageForEachTest } from './stage.ts';

const open = stageForEachTest();

describe('keyboard', () => {
  test('walks from Home to a record and back without a mouse', async () => {
    const { page, window } = await open('full', '#/home');
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    const topics = new TopicsPage(page);
    await topics.topic('flights').waitFor();
    await eventually(async () =>
      expect(await page.evaluate("document.activeElement?.getAttribute('aria-label')")).toBe('Topics'),
    );
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await window.heading('flights').waitFor();
    const records = new RecordsPage(page, 'flights');
    await records.row(0).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await records.inspector.waitFor();
    expect(await records.row(1).getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('Escape');
    await records.inspector.waitFor({ state: 'hidden' });
    await page.keyboard.press('g');
    await page.keyboard.press('p');
    await window.heading('Pipelines').waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('h');
    await window.heading('Home').waitFor();
  });

  test('lists the shortcuts on ? and closes the list on Esc', async () => {
    const { page } = await open('full', '#/topics');
    await page.keyboard.press('?');
    const list = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await list.waitFor();
    await list.getByText('Go to Topics').waitFor();
    await list.getByText('Follow new records, or stop following').waitFor();
    await page.keyboard.press('Escape');
    await list.waitFor({ state: 'hidden' });
  });

  test('/ focuses the filter, and letters typed there are no shortcuts', async () => {
    const { page, window } = await open('full', '#/topics');
    const { filter, list } = new TopicsPage(page);
    await list.waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('g p faulty?');
    expect(await filter.inputValue()).toBe('g p faulty?');
    await window.heading('Topics').waitFor();
    await page.keyboard.press('Escape');
    expect(await filter.inputValue()).toBe('');
  });
});

describe('theme', () => {
  test('is that of the system until one is chosen, which is remembered', async () => {
    const { page, window } = await open('full', '#/home');
    const background = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await background();
    await page.emulateMedia({ colorScheme: 'light' });
    const light = await background();
    expect(dark).not.toBe(light);
    await window.chooseTheme('Dark');
    expect(await background()).toBe(dark);
    await page.reload();
    await window.heading('Home').waitFor();
    expect(await background()).toBe(dark);
    await window.chooseTheme('As the system');
    expect(await background()).toBe(light);
  });
});

describe('connection', () => {
  test('a loss is said, and everything goes on by itself', async () => {
    const { page, window, host } = await open('full', '#/home');
    const home = new HomePage(page);
    await eventually(async () => expect(await home.rowsWritten()).toBeGreaterThan(0));
    host.drop();
    await window.banner.waitFor();
    await page.getByText('not connected').waitFor();
    const shown = await home.rowsWritten();
    expect(shown, 'the last numbers stay on screen').toBeGreaterThan(0);
    host.accept();
    await window.banner.waitFor({ state: 'hidden' });
    await eventually(async () => expect(await home.rowsWritten()).toBeGreaterThan(shown ?? 0));
  });

  test('Try now does not wait for the planned try', async () => {
    const { page, window, host } = await open('full', '#/home');
    await page.getByText('connected', { exact: true }).waitFor();
    host.drop();
    await page.getByText(/in [345] s/).waitFor();
    host.accept();
    await page.getByRole('button', { name: 'Try now' }).click();
    await window.banner.waitFor({ state: 'hidden', timeout: 2_000 });
  });

  test('a call made while disconnected is answered after the reconnect', async () => {
    const { page, window, host } = await open('full', '#/home');
    await page.getByText('connected', { exact: true }).waitFor();
    host.drop();
    await window.banner.waitFor();
    await window.goTo('Topics');
    host.accept();
    await new TopicsPage(page).topic('flights').waitFor();
  });
});

test('an address that names no page shows Home', async () => {
  const { window } = await open('full', '#/nowhere/at%all');
  await window.heading('Home').waitFor();
});

test('a page whose script is not served any more says so, and loads with the window', async () => {
  const { page } = await open('full', '#/home');
  await page.route(/stack-page.*\.js/, (route) => route.abort('connectionrefused'));
  await page.getByRole('navigation').getByRole('link', { name: 'Stack' }).click();
  await page.getByText('This page’s script did not load').waitFor();
  await page.unroute(/stack-page.*\.js/);
  await page.getByRole('button', { name: 'Load the window again' }).click();
  await page.getByText('Docker Engine 28.2.2').waitFor();
});

test('the last line names the servers of the connection in use', async () => {
  const { page, workbench } = await open('full', '#/home');
  const line = page.getByRole('contentinfo');
  await line.getByText('postgres 127.0.0.1:54329').waitFor();
  workbench.connections.current = 'orders-test';
  await line.getByText(/^kafka .*test/).waitFor();
  expect(await line.getByText(/postgres/).count()).toBe(0);
});
