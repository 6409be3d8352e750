/** How many rows stand in a sink's target, in words: counted, estimated, none yet, or why it is not known. */
import type { SinkState } from '#core/contract/reset.ts';
import { plural } from '../lib/format.ts';

export function rowsText(sink: Pick<SinkState, 'rows' | 'error'> | undefined): string {
  if (sink === undefined) return '';
  if (sink.error !== null) return 'rows not known';
  if (sink.rows === null) return 'no table yet';
  const { count, isExact } = sink.rows;
  return `${isExact ? '' : 'about '}${plural(count, 'row')}`;
}
