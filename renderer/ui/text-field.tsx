/** A line of text to type, or a few with `lines`. What it holds belongs to the form that shows it. */
import { Field as Base } from '@base-ui/react/field';
import type { ComponentProps } from 'react';
import { classes } from '../lib/classes.ts';
import { controlClass, Field, type FieldProps } from './field.tsx';

interface TextFieldProps extends FieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: 'text' | 'password' | 'url' | 'number';
  readonly placeholder?: string;
  /** In the mono face: addresses, names, code. */
  readonly isMono?: boolean;
  /** More than 1 makes it a text area of that height, which the user can drag higher. */
  readonly lines?: number;
  readonly autoFocus?: boolean;
  readonly required?: boolean;
  readonly name?: string;
  readonly autoComplete?: string;
  /** Enter in a field of one line. Without it, Enter submits the form around. */
  readonly onEnter?: () => void;
}

export function TextField(props: TextFieldProps) {
  const { value, onChange, type = 'text', isMono = false, lines = 1, onEnter } = props;
  const { placeholder, required, name, autoComplete = 'off', autoFocus } = props;
  const own: ComponentProps<'input'> = {
    ...(placeholder === undefined ? {} : { placeholder }),
    ...(required === undefined ? {} : { required }),
    ...(name === undefined ? {} : { name }),
    ...(autoFocus === undefined ? {} : { autoFocus }),
  };
  return (
    <Field {...props}>
      <Base.Control
        {...own}
        value={value}
        onValueChange={onChange}
        spellCheck={false}
        autoComplete={autoComplete}
        className={classes(controlClass, isMono && 'data', lines === 1 ? 'h-[26px]' : 'resize-y py-1')}
        {...(lines === 1
          ? {
              type,
              onKeyDown: (event) => {
                if (event.key !== 'Enter' || onEnter === undefined) return;
                event.preventDefault();
                onEnter();
              },
            }
          : { render: <textarea rows={lines} /> })}
      />
    </Field>
  );
}
