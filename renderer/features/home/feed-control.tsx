/** The sample feed: real flights at the rate the user chooses; 0 pauses it. */
import { useMutation } from '@tanstack/react-query';
import { Pause, Play } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import type { FeedStatus } from '#core/contract/live.ts';
import { formatCount } from '../../lib/format.ts';
import { toHref } from '../../lib/location.ts';
import { setFeedRate } from '../../ui/actions.ts';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/section.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { StateChip } from '../../ui/state.tsx';
import { FailurePanel } from '../../ui/states.tsx';

const presets = [20, 200, 2_000, 20_000] as const;
const highestRate = 100_000;
const rateAfterPause = 200;

export function FeedControl({ feed }: { readonly feed: FeedStatus }) {
  const setRate = useMutation({ mutationFn: (rate: number) => setFeedRate(rate, feed.ratePerSecond) });
  const [lastRate, setLastRate] = useState(feed.ratePerSecond > 0 ? feed.ratePerSecond : rateAfterPause);
  const change = (ratePerSecond: number): void => {
    if (ratePerSecond > 0) setLastRate(ratePerSecond);
    setRate.mutate(ratePerSecond);
  };
  const isPaused = feed.ratePerSecond === 0;
  return (
    <Section title="Sample feed" aside={<StateChip state={feed.state} announce />}>
      <p className="mb-3 text-muted">
        Sends real flights to the topic{' '}
        <a href={toHref('topics', feed.topic)} className="rounded-small text-text underline decoration-line-strong">
          {feed.topic}
        </a>
        , <span className="figures">{formatCount(feed.sent)}</span> so far.
      </p>
      <div className="flex flex-wrap items-center gap-2">
        <Segmented
          label="Records a second"
          value={presets.find((rate) => rate === feed.ratePerSecond)?.toString()}
          options={presets.map((rate) => ({
            value: String(rate),
            label: formatCount(rate),
            name: `${formatCount(rate)} a second`,
          }))}
          onChange={(rate) => change(Number(rate))}
        />
        <RateField rate={feed.ratePerSecond} onChange={change} />
        {isPaused ? (
          <Button icon={Play} onClick={() => change(lastRate)}>
            Resume
          </Button>
        ) : (
          <Button icon={Pause} onClick={() => change(0)}>
            Pause
          </Button>
        )}
      </div>
      {setRate.isError && (
        <div className="mt-3">
          <FailurePanel error={setRate.error} title="The rate was not changed" />
        </div>
      )}
    </Section>
  );
}

interface RateFieldProps {
  readonly rate: number;
  readonly onChange: (rate: number) => void;
}

/** Any other rate, taken with Enter or on leaving. */
function RateField({ rate, onChange }: RateFieldProps) {
  const [text, setText] = useState<string>();
  const typed = text === undefined ? rate : Number(text);
  const isValid = Number.isFinite(typed) && typed >= 0 && typed <= highestRate && text?.trim() !== '';
  const submit = (event?: FormEvent): void => {
    event?.preventDefault();
    if (text !== undefined && isValid && typed !== rate) onChange(typed);
    if (isValid) setText(undefined);
  };
  return (
    <form onSubmit={submit} className="flex items-center gap-1.5">
      <input
        aria-label="Records a second, any rate"
        inputMode="numeric"
        aria-invalid={!isValid}
        {...(isValid ? {} : { title: `A number from 0 to ${highestRate}` })}
        value={text ?? String(rate)}
        onChange={(event) => setText(event.target.value)}
        onBlur={() => (isValid ? submit() : setText(undefined))}
        onKeyDown={(event) => event.key === 'Escape' && setText(undefined)}
        className="figures h-[26px] w-[72px] rounded-control border border-line-strong bg-surface px-2 text-right aria-invalid:border-bad"
      />
      <span className="text-muted">/s</span>
    </form>
  );
}
