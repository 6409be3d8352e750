/** What the servers and the feed say, newest last. It stays at its end unless the reader scrolls up. */
import { type ReactNode, useLayoutEffect, useRef } from 'react';
import { type LogLevel, logLevels, type SandboxLine, type SandboxPart } from '#core/contract/sandbox.ts';
import { classes } from '../../lib/classes.ts';
import { formatCount, formatTime, plural } from '../../lib/format.ts';
import { useStored } from '../../lib/stored.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { FailurePanel, LoadingRows } from '../../ui/states.tsx';
import { useSandboxLog } from './use-sandbox-log.ts';

const levelNames: Readonly<Record<LogLevel, string>> = { info: 'All', warning: 'Warnings', error: 'Errors' };
const options = logLevels.map((value) => ({ value, label: levelNames[value] }));
const levelColors: Readonly<Record<LogLevel, string>> = { info: '', warning: 'text-warn', error: 'text-bad' };
const partNames: Readonly<Record<SandboxPart, string>> = {
  broker: 'Kafka',
  registry: 'Registry',
  postgres: 'PostgreSQL',
  feed: 'Feed',
  sandbox: 'Sandbox',
};

export function SandboxLog() {
  const { lines, leftOut, error } = useSandboxLog();
  const [least, setLeast] = useStored<LogLevel>('sandbox.log-level', 'info');
  const shown = (lines ?? []).filter(({ level }) => logLevels.indexOf(level) >= logLevels.indexOf(least));
  return (
    <section aria-labelledby="sandbox-log" className="flex h-80 min-h-0 flex-col @4xl:h-auto @4xl:flex-1">
      <div className="flex min-h-[26px] items-center gap-2 px-4 pt-3 pb-2">
        <h2 id="sandbox-log" className="font-semibold">
          Log
        </h2>
        {leftOut > 0 && <span className="text-muted">{plural(leftOut, 'line')} came too fast to be shown</span>}
        <div className="ml-auto flex items-center gap-2">
          <Segmented label="Level" options={options} value={least} onChange={setLeast} />
          <CopyButton label="Copy the log" text={() => shown.map(asText).join('\n')} />
        </div>
      </div>
      {error !== null && (
        <div className="px-4 pb-2">
          <FailurePanel error={error} title="Following the log failed" tone="warn" />
        </div>
      )}
      {lines === undefined && error === null && <LoadingRows label="Reading the log" rows={3} />}
      {lines !== undefined && <Lines lines={shown} none={noneOf(least, lines.length)} />}
    </section>
  );
}

function noneOf(least: LogLevel, all: number): string {
  if (all === 0) return 'Nothing yet.';
  return `No ${levelNames[least].toLowerCase()} among ${formatCount(all)} ${all === 1 ? 'line' : 'lines'}.`;
}

function Lines({ lines, none }: { readonly lines: readonly SandboxLine[]; readonly none: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  useLayoutEffect(() => {
    const element = box.current;
    if (element !== null && isAtEnd.current && lines.length > 0) element.scrollTop = element.scrollHeight;
  }, [lines]);
  return (
    <div
      ref={box}
      role="log"
      aria-labelledby="sandbox-log"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        isAtEnd.current = scrollHeight - scrollTop - clientHeight < 24;
      }}
      className="data min-h-0 flex-1 overflow-y-auto border-line border-t py-1 focus-visible:-outline-offset-2"
    >
      {lines.length === 0 && <p className="px-4 py-1 text-muted">{none}</p>}
      {lines.map((line) => (
        <p
          key={line.seq}
          className="flex gap-3 px-4 leading-5 [contain-intrinsic-height:20px] [content-visibility:auto]"
        >
          <time className="shrink-0 text-faint">{formatTime(new Date(line.at))}</time>
          <span className="w-20 shrink-0 text-muted">{partNames[line.part]}</span>
          <span className={classes('wrap-anywhere min-w-0', levelColors[line.level])}>
            {line.level !== 'info' && <span className="sr-only">{line.level}: </span>}
            {line.text}
          </span>
        </p>
      ))}
    </div>
  );
}

const asText = ({ at, part, level, text }: SandboxLine): string =>
  `${new Date(at).toISOString()} ${partNames[part]} ${level} ${text}`;
