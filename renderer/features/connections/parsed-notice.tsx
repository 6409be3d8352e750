/** What a pasted text had that is not in the form: named, so that nothing is lost in silence. */
import { Info, X } from 'lucide-react';
import type { ParsedProperties } from '#core/contract/connection.ts';
import { plural } from '../../lib/format.ts';
import { IconButton } from '../../ui/button.tsx';

interface ParsedNoticeProps {
  readonly parsed: ParsedProperties;
  readonly onClose: () => void;
}

export function ParsedNotice({ parsed: { secrets, unknown, problems }, onClose }: ParsedNoticeProps) {
  const isFine = problems.length === 0;
  return (
    <section
      aria-label="What was pasted"
      className={`mx-4 mt-3 flex items-start gap-3 rounded-control border px-3 py-2.5 ${isFine ? 'border-accent-line bg-accent-tint' : 'border-warn/40 bg-warn-tint'}`}
    >
      <Info size={16} aria-hidden className={`mt-0.5 shrink-0 ${isFine ? 'text-accent' : 'text-warn'}`} />
      <div className="min-w-0 flex-1">
        <p className="font-semibold">The form is filled from what you pasted</p>
        {secrets.length > 0 && <p className="text-muted">{plural(secrets.length, 'secret')} taken out of the text.</p>}
        {problems.map((problem) => (
          <p key={problem} className="wrap-anywhere">
            {problem}
          </p>
        ))}
        {unknown.length > 0 && (
          <p className="wrap-anywhere text-muted">
            Not taken over: <span className="data">{unknown.join(', ')}</span>
          </p>
        )}
      </div>
      <IconButton icon={X} label="Close the notice" onClick={onClose} />
    </section>
  );
}
