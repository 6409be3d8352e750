/** A `.proto` text cut into words, numbers, strings and signs; comments and white space fall away. */
import { ProtoSyntaxError } from './model.ts';

export interface Token {
  readonly kind: 'word' | 'number' | 'string' | 'sign' | 'end';
  /** As in the source; strings with their quotes. */
  readonly text: string;
  readonly line: number;
}

const pattern =
  /(?<space>\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(?<word>[A-Za-z_]\w*)|(?<number>0[xX][\dA-Fa-f]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?f?)|(?<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?<sign>[{}[\]()<>;,=.:+\-/])/y;

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const source = new RegExp(pattern);
  let line = 1;
  while (source.lastIndex < text.length) {
    const at = source.lastIndex;
    const groups = source.exec(text)?.groups;
    if (groups === undefined) throw new ProtoSyntaxError(`Unexpected ${JSON.stringify(text[at])} in line ${line}`);
    const { space, word, number, string, sign } = groups;
    if (word !== undefined) tokens.push({ kind: 'word', text: word, line });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number, line });
    else if (string !== undefined) tokens.push({ kind: 'string', text: string, line });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign, line });
    line += (space ?? '').split('\n').length - 1;
  }
  tokens.push({ kind: 'end', text: 'the end', line });
  return tokens;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', a: '\x07', b: '\b', f: '\f', v: '\v' };

/** What a quoted string says. */
export function unquote(quoted: string): string {
  return quoted.slice(1, -1).replace(/\\(x[\dA-Fa-f]{1,2}|[0-7]{1,3}|u[\dA-Fa-f]{4}|.)/g, (_, code: string) => {
    if (/^[xu]./.test(code)) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8));
    return escapes[code] ?? code;
  });
}

export function quote(text: string): string {
  const escaped = text.replace(
    /["\\\n\r\t]/g,
    (sign) => ({ '\n': '\\n', '\r': '\\r', '\t': '\\t' })[sign] ?? `\\${sign}`,
  );
  return `"${escaped}"`;
}

/** The tokens in order, with the few ways a parser takes them. */
export class TokenReader {
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(text: string) {
    this.#tokens = tokenize(text);
  }

  get next(): Token {
    return this.#tokens[this.#position]!;
  }

  get afterNext(): Token | undefined {
    return this.#tokens[this.#position + 1];
  }

  take(): Token {
    const token = this.next;
    if (token.kind !== 'end') this.#position++;
    return token;
  }

  /** Takes the token when it is the one named. */
  skip(text: string): boolean {
    const found = this.next.text === text && this.next.kind !== 'string';
    if (found) this.take();
    return found;
  }

  expect(text: string): void {
    if (!this.skip(text)) throw this.unexpected(`"${text}"`);
  }

  word(): string {
    if (this.next.kind !== 'word') throw this.unexpected('a name');
    return this.take().text;
  }

  /** Names joined by dots, with or without a dot before. */
  path(): string {
    let path = this.skip('.') ? '.' : '';
    path += this.word();
    while (this.skip('.')) path += `.${this.word()}`;
    return path;
  }

  integer(): number {
    const sign = this.skip('-') ? -1 : 1;
    const value = this.next.kind === 'number' ? sign * parseInteger(this.next.text) : Number.NaN;
    if (!Number.isSafeInteger(value)) throw this.unexpected('a whole number');
    this.take();
    return value;
  }

  /** One string, or several in a row that make one. */
  string(): string {
    if (this.next.kind !== 'string') throw this.unexpected('a string');
    let text = '';
    while (this.next.kind === 'string') text += unquote(this.take().text);
    return text;
  }

  unexpected(wanted: string): ProtoSyntaxError {
    return new ProtoSyntaxError(`Expected ${wanted} in line ${this.next.line}, found ${this.next.text}`);
  }
}

function parseInteger(text: string): number {
  if (/^0[0-7]+$/.test(text)) return Number.parseInt(text, 8);
  return /^(\d+|0[xX][\dA-Fa-f]+)$/.test(text) ? Number(text) : Number.NaN;
}
