/** What each primitive does, on the gallery page: by keyboard, and told to screen readers. */
import { expect, test } from 'vitest';
import { eventually, stageForEachTest } from './stage.ts';

const open = stageForEachTest();

test('a field ties its label, its hint and what is wrong to its control', async () => {
  const { page } = await open('full', '#/gallery');
  const name = page.getByRole('textbox', { name: 'Name', exact: true });
  expect(await name.getAttribute('aria-describedby')).not.toBeNull();
  await page.getByText('Lower-case letters, digits and dashes').waitFor();
  await name.fill('Orders');
  await page.getByText('A name begins with a lower-case letter').waitFor();
  expect(await name.getAttribute('aria-invalid')).toBe('true');
  await name.fill('orders');
  await page.getByText('Lower-case letters, digits and dashes').waitFor();
});

test('a list chooses by its first letters, Esc leaves it as it was', async () => {
  const { page } = await open('full', '#/gallery');
  const list = page.getByRole('combobox', { name: 'Protocol' });
  await list.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('listbox').waitFor();
  await page.keyboard.type('SASL');
  await page.keyboard.press('Enter');
  await eventually(async () => expect(await list.textContent()).toContain('SASL_SSL'));
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Escape');
  await page.getByRole('listbox').waitFor({ state: 'hidden' });
  expect(await list.textContent()).toContain('SASL_SSL');
});

test('switch and checkbox turn by Space and by their words', async () => {
  const { page } = await open('full', '#/gallery');
  const follow = page.getByRole('switch', { name: 'Follow new records' });
  await follow.press('Space');
  expect(await follow.getAttribute('aria-checked')).toBe('false');
  await page.getByText('Follow new records', { exact: true }).click();
  expect(await follow.getAttribute('aria-checked')).toBe('true');
  const remove = page.getByRole('checkbox', { name: 'Delete its data too' });
  await remove.press('Space');
  expect(await remove.getAttribute('aria-checked')).toBe('true');
  expect(await page.getByRole('checkbox', { name: 'All topics' }).getAttribute('aria-checked')).toBe('mixed');
});

test('a dialog takes the focus, submits on Enter, and gives it back', async () => {
  const { page } = await open('full', '#/gallery');
  await page.getByRole('button', { name: 'Rename' }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Rename orders' });
  await dialog.locator(':focus').waitFor();
  await dialog.getByRole('textbox', { name: 'Name' }).press('Enter');
  await dialog.waitFor({ state: 'hidden' });
  await page.locator('button:focus', { hasText: 'Rename' }).waitFor();
});

test('a confirmation waits for the name, and a failure stays in sight', async () => {
  const { page } = await open('full', '#/gallery');
  await page.getByRole('button', { name: 'Delete orders' }).last().click();
  const dialog = page.getByRole('dialog', { name: 'Delete orders?' });
  const verb = dialog.getByRole('button', { name: 'Delete orders' });
  expect(await verb.isDisabled()).toBe(true);
  await dialog.getByRole('textbox').fill('order');
  expect(await verb.isDisabled()).toBe(true);
  await dialog.getByRole('textbox').fill('orders');
  await verb.click();
  await dialog.getByText('The broker does not allow topics to be deleted.').waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
});

test('a menu ticks without closing, and does on Enter', async () => {
  const { page } = await open('full', '#/gallery');
  await page.getByRole('button', { name: 'More for orders' }).press('Enter');
  const pinned = page.getByRole('menuitemcheckbox', { name: 'Pinned' });
  await pinned.click();
  expect(await pinned.getAttribute('aria-checked')).toBe('true');
  await page.getByRole('menuitem', { name: 'Rename' }).click();
  await page.getByRole('dialog', { name: 'Rename orders' }).waitFor();
});

test('charts say their numbers, and share the crosshair', async () => {
  const { page } = await open('full', '#/gallery');
  await page.getByRole('figure', { name: /^Rows written a second: .+ now, at most .+ in two minutes/ }).waitFor();
  await page.getByRole('figure', { name: /read .+ now.+; written .+; set aside / }).waitFor();
  const plots = page.locator('.u-over');
  await plots.first().scrollIntoViewIfNeeded();
  await plots.first().hover();
  await eventually(async () => expect(await page.getByText(/\d+ s ago/).count()).toBe(2));
});

test('code is numbered, and a fault is pointed at', async () => {
  const { page } = await open('full', '#/gallery');
  const code = page.getByRole('region', { name: 'flights-to-postgres.yaml' });
  expect(await code.textContent()).toContain('rows: 20_000');
  await page.getByRole('button', { name: 'Copy flights-to-postgres.yaml' }).waitFor();
});
