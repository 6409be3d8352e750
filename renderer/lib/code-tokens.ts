/**
 * Splits code into coloured pieces, line by line, well enough to read: what it does not know stays plain text. The pieces of a line
 * joined are the line. Block comments and multi-line strings are coloured line by line, by what each line looks like.
 */
export type CodeLanguage = 'yaml' | 'json' | 'sql' | 'properties' | 'text';

export interface CodeToken {
  readonly kind: 'text' | 'key' | 'keyword' | 'string' | 'number' | 'constant' | 'comment';
  readonly text: string;
}

type Rule = readonly [kind: CodeToken['kind'], pattern: RegExp];

const number = /-?\b\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?\b/y;
const doubleQuoted = /"(?:[^"\\]|\\.)*"?/y;
const singleQuoted = /'(?:[^']|'')*'?/y;

const sqlWords =
  'all and as asc attach begin between by case cast commit copy create cross delete desc describe distinct drop else end except exists explain filter from full group having in inner insert intersect into is join lateral left like limit not offset on or order outer over partition pivot qualify returning right rollback sample select set show summarize table then to union update using values view when where window with';

/** Tried in order where the last piece ended. */
const rules: Readonly<Record<CodeLanguage, readonly Rule[]>> = {
  yaml: [
    ['comment', /(?<=^|\s)#.*/y],
    ['key', /(?<=^[\s-]*|[{,]\s*)[\w.$/"'][^:#,{}]*?(?=:(?:\s|$))/y],
    ['string', doubleQuoted],
    ['string', singleQuoted],
    ['constant', /(?<=[\s[{,]|^)(?:true|false|null|~)(?=[\s\]},]|$)/y],
    ['number', /(?<=[\s[{,]|^)-?\d[\d_]*(?:\.\d+)?(?=[\s\]},]|$)/y],
  ],
  json: [
    ['key', /"(?:[^"\\]|\\.)*"(?=\s*:)/y],
    ['string', doubleQuoted],
    ['constant', /\b(?:true|false|null)\b/y],
    ['number', number],
  ],
  sql: [
    ['comment', /--.*|\/\*.*?(?:\*\/|$)/y],
    ['string', singleQuoted],
    ['text', doubleQuoted],
    ['constant', /\b(?:true|false|null)\b/iy],
    ['keyword', new RegExp(`\\b(?:${sqlWords.replaceAll(' ', '|')})\\b`, 'iy')],
    ['number', number],
  ],
  properties: [
    ['comment', /^\s*[#!].*/y],
    ['key', /^\s*[^=:#\s]+(?=\s*[=:])/y],
    ['constant', /(?<=^[^=:]*[=:]\s*)(?:true|false)\s*$/y],
    ['number', /(?<=^[^=:]*[=:]\s*)-?\d+\s*$/y],
  ],
  text: [],
};

export function tokenizeCode(code: string, language: CodeLanguage): readonly (readonly CodeToken[])[] {
  return code
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .map((line) => tokenizeLine(line, rules[language]));
}

function tokenizeLine(line: string, ordered: readonly Rule[]): readonly CodeToken[] {
  const tokens: { kind: CodeToken['kind']; text: string }[] = [];
  for (let at = 0; at < line.length; ) {
    const token = match(line, at, ordered) ?? { kind: 'text', text: plainRun(line, at) };
    const last = tokens.at(-1);
    if (last?.kind === token.kind) last.text += token.text;
    else tokens.push({ ...token });
    at += token.text.length;
  }
  return tokens;
}

function match(line: string, at: number, ordered: readonly Rule[]): CodeToken | undefined {
  for (const [kind, pattern] of ordered) {
    pattern.lastIndex = at;
    const text = pattern.exec(line)?.[0];
    if (text) return { kind, text };
  }
  return undefined;
}

/** A word at once, so that no rule starts in the middle of one. */
function plainRun(line: string, at: number): string {
  return /^(?:\w+|.)/su.exec(line.slice(at))?.[0] ?? line.slice(at);
}
