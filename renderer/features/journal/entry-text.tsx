/** How the page says what an entry holds. */
import type { ChangeKind, JournalEntry } from '#core/contract/journal.ts';
import { toHref } from '../../lib/location.ts';
import { Dot } from '../../ui/chip.tsx';

const origins: Readonly<Record<NonNullable<JournalEntry['from']>, string>> = {
  window: 'window',
  browser: 'browser',
  api: 'API',
  cli: 'command line',
};

export const originText = ({ from }: JournalEntry): string => (from === null ? 'the workbench' : origins[from]);

/** `sandbox.setFeedRate` is `Set feed rate`. */
export function actionText({ method }: JournalEntry): string {
  const words = method.slice(method.indexOf('.') + 1).replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Where things of a kind are shown. */
const pages: Readonly<Record<ChangeKind, string>> = {
  pipeline: 'pipelines',
  connection: 'connections',
  topic: 'topics',
  sandbox: 'sandbox',
  secrets: 'connections',
};

export const thingHref = ({ kind, name }: JournalEntry): string =>
  name === null ? toHref(pages[kind]) : toHref(pages[kind], name);

export const thingText = ({ kind, name }: JournalEntry): string => name ?? kind;

export function ResultText({ error }: Pick<JournalEntry, 'error'>) {
  return (
    <span
      className={`inline-flex items-center gap-2 ${error === null ? 'text-ok' : 'text-bad'}`}
      title={error?.message}
    >
      <Dot tone={error === null ? 'ok' : 'bad'} />
      {error === null ? <span className="text-text">done</span> : <span className="data">{error.code}</span>}
    </span>
  );
}
