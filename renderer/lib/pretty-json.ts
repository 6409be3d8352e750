/**
 * JSON text indented for reading: every piece stays as it is written, so that no number is rounded and no escape changes. Text that is
 * no JSON comes back unchanged.
 */
const piece = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;
const indent = '  ';

export function prettyJson(text: string): string {
  try {
    JSON.parse(text);
  } catch {
    return text;
  }
  const pieces = text.match(piece) ?? [];
  let depth = 0;
  let written = '';
  for (const [index, part] of pieces.entries()) {
    const next = pieces[index + 1];
    const line = (by: number): string => `\n${indent.repeat(depth + by)}`;
    if (part === '{' || part === '[') {
      const isEmpty = next === '}' || next === ']';
      written += isEmpty ? part : `${part}${line(1)}`;
      depth += 1;
    } else if (part === '}' || part === ']') {
      depth -= 1;
      const before = pieces[index - 1];
      written += before === '{' || before === '[' ? part : `${line(0)}${part}`;
    } else if (part === ',') written += `,${line(0)}`;
    else written += part === ':' ? ': ' : part;
  }
  return written;
}
