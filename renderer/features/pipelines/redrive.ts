/** Redrives letters and follows it to the end. */
import type { RedriveItem, RedriveProgress } from '#core/contract/dead-letter.ts';
import { client } from '../../api/client.ts';

export async function redriveLetters(
  pipeline: string,
  letters: readonly RedriveItem[],
  again: boolean,
  options: { readonly onProgress?: (progress: RedriveProgress) => void; readonly signal?: AbortSignal } = {},
): Promise<RedriveProgress> {
  const { onProgress, signal } = options;
  let last: RedriveProgress = { total: letters.length, sent: [], skipped: [], isDone: false };
  const stream = await client.deadLetters.redrive(
    { pipeline, letters: [...letters], again },
    signal === undefined ? {} : { signal },
  );
  for await (const progress of stream) {
    last = progress;
    onProgress?.(progress);
  }
  return last;
}
