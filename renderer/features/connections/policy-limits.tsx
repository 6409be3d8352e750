/** Which topics of a connection this machine may use, and how fast it may read them. */
import { useState } from 'react';
import type { Policy } from '#core/contract/policy.ts';
import { client } from '../../api/client.ts';
import { Button } from '../../ui/button.tsx';
import { FailurePanel } from '../../ui/states.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { say } from '../../ui/toast.ts';
import { aboutConnection, useConnectionActions } from '../../ui/use-connection-actions.ts';
import { errorAt, type FieldErrors, fieldErrors, noErrors } from './field-errors.ts';

interface PolicyLimitsProps {
  readonly name: string;
  /** As it is saved; another one needs another `key`. */
  readonly policy: Policy;
}

const patternsIn = (text: string): string[] => text.split(/[\s,]+/).filter((pattern) => pattern !== '');

export function PolicyLimits({ name, policy }: PolicyLimitsProps) {
  const [saved] = useState(() => textsOf(policy));
  const [texts, setTexts] = useState(saved);
  const [errors, setErrors] = useState<FieldErrors>(noErrors);
  const [failure, setFailure] = useState<unknown>();
  const { refresh } = useConnectionActions();
  const change = (part: Partial<typeof texts>): void => {
    setTexts((before) => ({ ...before, ...part }));
    setErrors(noErrors);
    setFailure(undefined);
  };
  const save = async (): Promise<void> => {
    try {
      await client.connections.setPolicy({ name, ...policy, ...limitsOf(texts) });
      await refresh();
      say({ about: aboutConnection(name), title: `Limits of ${name} saved` });
    } catch (error) {
      const found = fieldErrors(error);
      setErrors(found ?? noErrors);
      setFailure(found === undefined ? error : undefined);
    }
  };
  return (
    <form
      aria-label="Limits"
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <TextField
        label="Denied topics"
        isMono
        lines={2}
        value={texts.denied}
        onChange={(denied) => change({ denied })}
        error={errorAt(errors, 'deniedTopics')}
        placeholder="payments.*"
        hint="Neither listed nor read nor written; * is any characters, ? is one"
      />
      <TextField
        label="Allowed topics"
        isMono
        lines={2}
        value={texts.allowed}
        onChange={(allowed) => change({ allowed })}
        error={errorAt(errors, 'allowedTopics')}
        hint="Empty: all that are not denied"
      />
      <TextField
        label="Reads at most, MB/s"
        isMono
        value={texts.rate}
        onChange={(rate) => change({ rate })}
        error={errorAt(errors, 'megabytesPerSecond')}
        hint="For each process: the window, each pipeline, each command. Empty: as fast as it goes"
      />
      {failure !== undefined && <FailurePanel error={failure} title="The limits were not saved" />}
      <div>
        <Button type="submit" disabled={texts === saved}>
          Save limits
        </Button>
      </div>
    </form>
  );
}

function textsOf({ deniedTopics, allowedTopics, megabytesPerSecond }: Policy) {
  return {
    denied: deniedTopics.join('\n'),
    allowed: allowedTopics.join('\n'),
    rate: megabytesPerSecond === null ? '' : String(megabytesPerSecond),
  };
}

/** Whether it is right, the workbench says: what is no number goes as it is. */
function limitsOf({ denied, allowed, rate }: ReturnType<typeof textsOf>) {
  return {
    deniedTopics: patternsIn(denied),
    allowedTopics: patternsIn(allowed),
    megabytesPerSecond: rate.trim() === '' ? null : Number(rate.replace(',', '.')),
  };
}
