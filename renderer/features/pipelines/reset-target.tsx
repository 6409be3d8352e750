/** Where a reset lets a pipeline go on: the beginning, a time, or offsets typed by hand. */
import type { ResetTarget } from '#core/contract/reset.ts';
import { Segmented } from '../../ui/segmented.tsx';
import { TextField } from '../../ui/text-field.tsx';

export interface TargetDraft {
  readonly at: ResetTarget['at'];
  readonly time: string;
  readonly offsets: string;
}

interface ResetTargetFieldsProps {
  readonly draft: TargetDraft;
  readonly onChange: (draft: TargetDraft) => void;
  readonly error: string | undefined;
}

const choices = [
  { value: 'earliest', label: 'The beginning' },
  { value: 'time', label: 'A time' },
  { value: 'offsets', label: 'Offsets' },
] as const;

export function ResetTargetFields({ draft, onChange, error }: ResetTargetFieldsProps) {
  const { at, time, offsets } = draft;
  return (
    <>
      <Segmented label="Read from" options={choices} value={at} onChange={(next) => onChange({ ...draft, at: next })} />
      {at === 'time' && (
        <TextField
          label="From the first record at or after this time"
          hint="In this machine’s time zone."
          placeholder="2026-11-25 14:30"
          value={time}
          error={time === '' ? undefined : error}
          onChange={(next) => onChange({ ...draft, time: next })}
          isMono
        />
      )}
      {at === 'offsets' && (
        <TextField
          label="Partition and the next offset to read"
          hint="Partitions that are left out stay where they are."
          placeholder="0@1200, 1@1180"
          value={offsets}
          error={offsets === '' ? undefined : error}
          onChange={(next) => onChange({ ...draft, offsets: next })}
          isMono
        />
      )}
    </>
  );
}

export function readTarget({
  at,
  time,
  offsets,
}: TargetDraft): { readonly to: ResetTarget } | { readonly problem: string } {
  switch (at) {
    case 'earliest':
      return { to: { at } };
    case 'time': {
      const timestampMs = Date.parse(time.trim().replace(' ', 'T'));
      return Number.isNaN(timestampMs) ? { problem: 'Write it as 2026-11-25 14:30.' } : { to: { at, timestampMs } };
    }
    case 'offsets': {
      const parts = offsets.split(',').map((part) => /^\s*(\d{1,9})@(\d{1,19})\s*$/.exec(part));
      if (parts.some((part) => part === null)) return { problem: 'Write partition@offset, several parted by commas.' };
      return {
        to: { at, offsets: parts.map((part) => ({ partition: Number(part![1]), offset: BigInt(part![2]!) })) },
      };
    }
  }
}
