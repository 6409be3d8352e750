/** What axe finds on a page in a theme: each serious or critical fault in one line. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Fault {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** In both themes: they have the same elements, so the second one is asked about its colours alone. */
export async function seriousFaultsInBothThemes(page: Page): Promise<string[]> {
  return [...(await seriousFaults(page, 'dark')), ...(await seriousFaults(page, 'light', ['color-contrast']))];
}

/** `rules`: all of axe's unless given. */
export async function seriousFaults(page: Page, theme: string, rules?: readonly string[]): Promise<string[]> {
  await page.evaluate(`document.documentElement.dataset.theme = '${theme}'`);
  if ((await page.evaluate('typeof axe')) === 'undefined') await page.evaluate(axe);
  // The guards at the ends of a popup hand the focus on at once: nothing is ever read out there.
  const scope = "{ include: [['html']], exclude: [['[data-base-ui-focus-guard]']] }";
  const options = JSON.stringify({ resultTypes: ['violations'], ...(rules === undefined ? {} : { runOnly: rules }) });
  const faults = await page.evaluate<Fault[]>(`axe.run(${scope}, ${options}).then((result) => result.violations)`);
  return faults
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id} (${theme}): ${html}: ${failureSummary}`),
    );
}
