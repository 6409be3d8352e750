/** A field for SQL, coloured, on Monaco, which is loaded when the first one is shown. */
import { useEffect, useRef, useState } from 'react';
import { useIsDark } from '../lib/dark.ts';
import { isFocusFree } from '../lib/focus.ts';
import type { EditorHandle } from './monaco.ts';
import { FailurePanel } from './states.tsx';

interface SqlEditorProps {
  readonly label: string;
  /** What it holds at first. What is typed is reported and never given back: it would arrive late and undo newer keys. */
  readonly text: string;
  /** A new object replaces what was typed. */
  readonly replacement: { readonly text: string } | undefined;
  readonly onChange: (text: string) => void;
  readonly onRun: () => void;
  readonly onCancel: () => void;
}

export function SqlEditor(props: SqlEditorProps) {
  const element = useRef<HTMLDivElement>(null);
  const handle = useRef<EditorHandle>(undefined);
  const [phase, setPhase] = useState<'loading' | 'ready' | { readonly error: unknown }>('loading');
  const isDark = useIsDark();
  const latest = useRef({ ...props, isDark });
  latest.current = { ...props, isDark };
  useEffect(() => {
    let isClosed = false;
    import('./monaco.ts').then(
      ({ openSqlEditor }) => {
        if (isClosed || element.current === null) return;
        const { label, text, isDark: dark } = latest.current;
        handle.current = openSqlEditor(element.current, {
          label,
          text,
          isDark: dark,
          onChange: (next) => latest.current.onChange(next),
          onRun: () => latest.current.onRun(),
          onCancel: () => latest.current.onCancel(),
        });
        setPhase('ready');
        if (isFocusFree(element.current)) handle.current.focus();
      },
      (error: unknown) => setPhase({ error }),
    );
    return () => {
      isClosed = true;
      handle.current?.close();
      handle.current = undefined;
    };
  }, []);
  useEffect(() => handle.current?.setDark(isDark), [isDark]);
  useEffect(() => {
    if (props.replacement !== undefined) handle.current?.setText(props.replacement.text);
  }, [props.replacement]);
  return (
    <div className="relative h-full bg-surface">
      <div ref={element} className="h-full" />
      {phase === 'loading' && <p className="absolute top-2.5 left-4 text-muted">Opening the editor</p>}
      {typeof phase === 'object' && <FailurePanel error={phase.error} title="The editor was not loaded" />}
    </div>
  );
}
