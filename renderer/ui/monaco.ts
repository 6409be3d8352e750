/** Monaco with SQL and nothing else; a chunk of its own, loaded when the first editor is shown. Its colours are the page's tokens. */
import { type editor, KeyCode, KeyMod, editor as monacoEditor } from 'monaco-editor/editor/editor.api.js';
import EditorWorker from 'monaco-editor/editor/editor.worker.js?worker';
import 'monaco-editor/languages/definitions/sql/register.js';

self.MonacoEnvironment = { getWorker: () => new EditorWorker() };

const rules = (isDark: boolean): editor.ITokenThemeRule[] => [
  { token: 'keyword', foreground: isDark ? '6fc0ef' : '00619a' },
  { token: 'operator', foreground: isDark ? '9aa7ad' : '4a555b' },
  { token: 'string', foreground: isDark ? '45cda5' : '00734f' },
  { token: 'number', foreground: isDark ? 'eab04d' : '955200' },
  { token: 'predefined', foreground: isDark ? 'dc98bf' : 'a03577' },
  { token: 'comment', foreground: isDark ? '8d999f' : '5c676d', fontStyle: 'italic' },
];

for (const isDark of [true, false]) {
  monacoEditor.defineTheme(isDark ? 'mercury-dark' : 'mercury-light', {
    base: isDark ? 'vs-dark' : 'vs',
    inherit: true,
    rules: rules(isDark),
    colors: {
      'editor.background': isDark ? '#0f1518' : '#ffffff',
      'editor.lineHighlightBackground': isDark ? '#151c20' : '#f5f8f9',
      'editorLineNumber.foreground': isDark ? '#7f8b91' : '#69747a',
      'editorLineNumber.activeForeground': isDark ? '#e8eef1' : '#1d2529',
      focusBorder: '#00000000',
    },
  });
}

export interface EditorHandle {
  setText(text: string): void;
  setDark(isDark: boolean): void;
  focus(): void;
  close(): void;
}

export interface EditorOptions {
  readonly label: string;
  readonly text: string;
  readonly isDark: boolean;
  readonly onChange: (text: string) => void;
  /** Ctrl/⌘ Enter. */
  readonly onRun: () => void;
  /** Ctrl/⌘ full stop. */
  readonly onCancel: () => void;
}

export function openSqlEditor(element: HTMLElement, options: EditorOptions): EditorHandle {
  const editor = monacoEditor.create(element, {
    value: options.text,
    language: 'sql',
    theme: themeName(options.isDark),
    ariaLabel: options.label,
    automaticLayout: true,
    fontFamily: 'JetBrains Mono Variable, ui-monospace, monospace',
    fontSize: 13,
    lineHeight: 20,
    fontLigatures: false,
    minimap: { enabled: false },
    scrollBeyondLastLine: false,
    padding: { top: 10, bottom: 10 },
    lineNumbersMinChars: 3,
    overviewRulerLanes: 0,
    renderLineHighlight: 'line',
    fixedOverflowWidgets: true,
    // Tab leaves the editor, as it leaves every other field; two spaces are typed by hand or by Ctrl M.
    tabFocusMode: true,
    contextmenu: false,
    occurrencesHighlight: 'off',
    wordBasedSuggestions: 'currentDocument',
  });
  editor.addCommand(KeyMod.CtrlCmd | KeyCode.Enter, () => options.onRun());
  editor.addCommand(KeyMod.CtrlCmd | KeyCode.Period, () => options.onCancel());
  editor.onDidChangeModelContent(() => options.onChange(editor.getValue()));
  return {
    setText: (text) => editor.setValue(text),
    setDark: (isDark) => monacoEditor.setTheme(themeName(isDark)),
    focus: () => editor.focus(),
    close: () => {
      editor.getModel()?.dispose();
      editor.dispose();
    },
  };
}

const themeName = (isDark: boolean): string => (isDark ? 'mercury-dark' : 'mercury-light');
