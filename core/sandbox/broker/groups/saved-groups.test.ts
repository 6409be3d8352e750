/** Groups in their file: over restarts, growth and a disk that is really full. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fillDisk, mountSmallDisk } from '#core/workspace/test-small-disk.ts';
import { SavedGroups } from './saved-groups.ts';

let directory: string;
let groups: SavedGroups<{ readonly id: string; readonly note: string }>;
const disk = mountSmallDisk(1);
const path = () => join(directory, 'groups.journal');

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'saved-groups-'));
  groups = new SavedGroups(path(), () => {});
});

afterEach(() => {
  groups.close();
  rmSync(directory, { recursive: true });
});

function reopen(): void {
  groups.close();
  groups = new SavedGroups(path(), () => {});
}

it('finds each group as it was saved last, and none that was deleted', () => {
  for (const id of ['a', 'b', 'c']) groups.save({ id, note: 'first' });
  groups.save({ id: 'b', note: 'last' });
  groups.delete('a');
  groups.delete('none');
  reopen();
  expect([...groups.all()]).toEqual([
    { id: 'b', note: 'last' },
    { id: 'c', note: 'first' },
  ]);
});

it('keeps all of them when its file is written anew', () => {
  groups.save({ id: 'a', note: 'first' });
  const note = 'x'.repeat(10_000);
  for (let i = 0; i < 120; i++) groups.save({ id: 'b', note: `${i} ${note}` });
  expect(statSync(path()).size).toBeLessThan(1_000_000);
  reopen();
  expect([...groups.all()].map((group) => group.note.slice(0, 5))).toEqual(['first', '119 x']);
});

it.skipIf(disk === undefined)('goes on with a group that could not be stored, and says so', () => {
  const logged: string[] = [];
  const file = join(disk!, 'groups.journal');
  const full = new SavedGroups<{ readonly id: string }>(file, (line) => logged.push(line));
  full.save({ id: 'before' });
  const makeRoom = fillDisk(disk!);
  full.save({ id: 'x'.repeat(10_000) });
  expect(logged).toEqual([expect.stringMatching(/^group x+ is not stored: .*ENOSPC/)]);
  makeRoom();
  full.save({ id: 'after' });
  full.close();
  const found = new SavedGroups<{ readonly id: string }>(file, () => {});
  expect([...found.all()].map(({ id }) => id)).toEqual(['before', 'after']);
  found.close();
});
