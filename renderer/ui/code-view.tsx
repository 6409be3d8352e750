/**
 * Code to read, numbered and coloured, with a copy of the whole: YAML, JSON, SQL and settings. Long lines are folded. A light
 * tokenizer, so that it needs no editor; for typing, see sql-editor.tsx.
 */
import { Fragment } from 'react';
import { classes } from '../lib/classes.ts';
import { type CodeLanguage, type CodeToken, tokenizeCode } from '../lib/code-tokens.ts';
import { CopiedText } from './text.tsx';

interface CodeViewProps {
  readonly label: string;
  readonly code: string;
  readonly language: CodeLanguage;
  /** 1-based lines to point at, as faults are reported. */
  readonly marked?: readonly number[];
}

const colors: Readonly<Record<CodeToken['kind'], string | undefined>> = {
  text: undefined,
  key: 'text-type-bytes',
  keyword: 'text-type-bytes',
  string: 'text-type-string',
  number: 'text-type-number',
  constant: 'text-type-boolean',
  comment: 'text-faint italic',
};

export function CodeView({ label, code, language, marked = [] }: CodeViewProps) {
  const lines = tokenizeCode(code, language);
  return (
    <CopiedText label={label} copyLabel={`Copy ${label}`} whole={() => code} className="bg-surface">
      <code className="grid grid-cols-[auto_minmax(0,1fr)]">
        {lines.map((tokens, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is known by its number
          <Fragment key={index}>
            <span aria-hidden className="select-none pr-3 pl-3.5 text-right text-faint">
              {index + 1}
            </span>
            <span className={classes('wrap-anywhere whitespace-pre-wrap', marked.includes(index + 1) && 'bg-bad-tint')}>
              {tokens.map(({ kind, text }, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: see above
                <span key={at} className={colors[kind]}>
                  {text}
                </span>
              ))}
              {'\n'}
            </span>
          </Fragment>
        ))}
      </code>
    </CopiedText>
  );
}
