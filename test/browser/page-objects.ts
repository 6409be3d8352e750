/** What a test does and sees on each page, in the user's words; works on the fake host and on the real one alike. */
import type { Locator, Page } from 'playwright-core';

/** The frame: navigation, theme, what is true on every page. */
export class Window {
  readonly page: Page;
  readonly banner: Locator;

  constructor(page: Page) {
    this.page = page;
    this.banner = page.getByText('Connection lost, trying again');
  }

  async open(url: string, hash = '#/home'): Promise<void> {
    await this.page.goto(new URL(hash, url).href);
    await this.page.getByRole('main').waitFor();
  }

  async goTo(
    title: 'Home' | 'Topics' | 'Schemas' | 'Stack' | 'Query' | 'Pipelines' | 'Models' | 'Connections' | 'Sandbox',
  ): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: title }).click();
    await this.heading(title).waitFor();
  }

  heading(title: string): Locator {
    return this.page.getByRole('heading', { level: 1, name: title });
  }

  async chooseTheme(title: 'As the system' | 'Dark' | 'Light'): Promise<void> {
    await this.page.getByRole('button', { name: 'Theme' }).click();
    await this.page.getByRole('menuitemradio', { name: title }).click();
    await this.page.getByRole('menu').waitFor({ state: 'hidden' });
  }
}

export class HomePage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** The big number with this label: `Rows written`. */
  async figure(label: string): Promise<string> {
    const text = await this.page
      .getByText(label, { exact: true })
      .locator('xpath=following-sibling::*[1]')
      .textContent();
    return (text ?? '').trim();
  }

  /** Undefined while there is none. Digits only. */
  async rowsWritten(): Promise<number | undefined> {
    const digits = (await this.figure('Rows written')).replaceAll(/\D/g, '');
    return digits === '' ? undefined : Number(digits);
  }

  stages(): Locator {
    return this.page.getByRole('list', { name: /^Stages of/ });
  }

  async setFeedRate(ratePerSecond: number): Promise<void> {
    const field = this.page.getByRole('textbox', { name: 'Records a second, any rate' });
    await field.fill(String(ratePerSecond));
    await field.press('Enter');
  }

  process(name: string): Locator {
    return this.page.getByRole('row').filter({ has: this.page.getByRole('cell', { name, exact: true }) });
  }
}

export class TopicsPage {
  readonly page: Page;
  readonly list: Locator;
  readonly filter: Locator;

  constructor(page: Page) {
    this.page = page;
    this.list = page.getByRole('grid', { name: 'Topics' });
    this.filter = page.getByRole('textbox', { name: 'Filter topics' });
  }

  topic(name: string): Locator {
    return this.list.getByRole('row').filter({ has: this.page.getByRole('link', { name, exact: true }) });
  }

  async openTopic(name: string): Promise<RecordsPage> {
    await this.page.getByRole('link', { name, exact: true }).click();
    const records = new RecordsPage(this.page, name);
    await records.grid.waitFor();
    return records;
  }
}

export class RecordsPage {
  readonly page: Page;
  readonly grid: Locator;
  readonly inspector: Locator;

  constructor(page: Page, topic: string) {
    this.page = page;
    this.grid = page.getByRole('grid', { name: `Records of ${topic}, newest first` });
    this.inspector = page.getByRole('complementary', { name: 'Record' });
  }

  /** Rows in sight, the head left out; 0 is the newest. */
  row(index: number): Locator {
    return this.grid.locator(`[aria-rowindex="${index + 2}"]`);
  }

  columns(): Promise<string[]> {
    return this.grid.getByRole('columnheader').allInnerTexts();
  }

  async inspect(index: number): Promise<void> {
    await this.row(index).click();
    await this.inspector.waitFor();
  }
}

export class PipelinesPage {
  readonly page: Page;
  readonly list: Locator;

  constructor(page: Page) {
    this.page = page;
    this.list = page.getByRole('grid', { name: 'Pipelines' });
  }

  async openPipeline(name: string): Promise<void> {
    await this.list.getByRole('link', { name, exact: true }).click();
    await this.page.getByRole('heading', { level: 1, name }).waitFor();
  }

  button(name: 'Start' | 'Stop'): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  definition(): Locator {
    return this.page.getByRole('region', { name: /^Definition of/ });
  }
}
