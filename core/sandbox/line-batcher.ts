/** Lines on their way from the sandbox's process: a few messages a second, however many lines there are. */
import type { Line } from './line.ts';

const everyMs = 100;
const mostLines = 500;

export class LineBatcher {
  readonly #send: (lines: readonly Line[]) => void;
  #lines: Line[] = [];
  #leftOut = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(send: (lines: readonly Line[]) => void) {
    this.#send = send;
  }

  add(line: Line): void {
    if (this.#lines.length < mostLines) this.#lines.push(line);
    else this.#leftOut++;
    this.#timer ??= setTimeout(() => this.#flush(), everyMs);
  }

  #flush(): void {
    const lines = this.#lines;
    const leftOut = this.#leftOut;
    this.#lines = [];
    this.#leftOut = 0;
    this.#timer = undefined;
    const at = lines.at(-1)!.at;
    const note: Line = {
      at,
      part: 'sandbox',
      level: 'warning',
      text: `${leftOut} more lines came too fast to be kept`,
    };
    this.#send(leftOut === 0 ? lines : [...lines, note]);
  }
}
