import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openJournal } from './journal.ts';

let directory: string;
let file: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'journal-'));
  file = join(directory, 'registry.journal');
});

afterEach(() => rmSync(directory, { recursive: true }));

function write(...events: object[]): void {
  const journal = openJournal(file, () => {});
  for (const event of events) journal.append(event);
  journal.close();
}

function read(): unknown[] {
  const events: unknown[] = [];
  openJournal(file, (event) => events.push(event)).close();
  return events;
}

describe('the journal', () => {
  it('gives back what was written, over several openings', () => {
    write({ n: 1 }, { n: 2, text: 'ünï\n😀' });
    write({ n: 3 });
    expect(read()).toEqual([{ n: 1 }, { n: 2, text: 'ünï\n😀' }, { n: 3 }]);
  });

  it('cuts a last line at whatever byte a crash left it, and goes on', () => {
    write({ n: 1 });
    const whole = statSync(file).size;
    write({ n: 2 });
    const full = readFileSync(file);
    for (let length = whole; length < full.length; length++) {
      writeFileSync(file, full.subarray(0, length));
      expect(read()).toEqual([{ n: 1 }]);
      expect(statSync(file).size).toBe(whole);
    }
    write({ n: 3 });
    expect(read()).toEqual([{ n: 1 }, { n: 3 }]);
  });

  it('starts anew when even the first line was torn', () => {
    writeFileSync(file, 'mercury-re');
    write({ n: 1 });
    expect(read()).toEqual([{ n: 1 }]);
  });

  it('refuses damage in the middle, another file and a newer version', () => {
    write({ n: 1 }, { n: 2 });
    const bytes = readFileSync(file);
    bytes[bytes.indexOf('"n":1') + 4] = '7'.charCodeAt(0);
    writeFileSync(file, bytes);
    expect(read).toThrow(expect.objectContaining({ code: 'WORKSPACE_INVALID', object: file }));
    writeFileSync(file, 'my notes\n');
    expect(read).toThrow(expect.objectContaining({ code: 'WORKSPACE_INVALID' }));
    writeFileSync(file, 'my notes');
    expect(read).toThrow(expect.objectContaining({ code: 'WORKSPACE_INVALID' }));
    expect(readFileSync(file, 'utf8')).toBe('my notes');
    writeFileSync(file, 'mercury-registry 2\n');
    expect(read).toThrow(expect.objectContaining({ code: 'UNSUPPORTED' }));
  });
});
