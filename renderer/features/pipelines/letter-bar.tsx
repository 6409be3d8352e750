/** Above the list of dead letters: which are shown, and what is done with all of them or with those that are chosen. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Send, Trash2 } from 'lucide-react';
import type { DeadLetter } from '#core/contract/dead-letter.ts';
import { client } from '../../api/client.ts';
import { formatCount, plural } from '../../lib/format.ts';
import { Button } from '../../ui/button.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { attempt, say } from '../../ui/toast.ts';
import { lettersChanged } from './use-letters.ts';

export type Show = 'open' | 'all';

interface LetterBarProps {
  readonly pipeline: string;
  readonly show: Show;
  readonly onShow: (show: Show) => void;
  readonly filter: string;
  readonly onFilter: (filter: string) => void;
  /** Open letters that are shown, and the chosen ones of them. */
  readonly open: readonly DeadLetter[];
  readonly chosen: readonly DeadLetter[];
  readonly onChoose: (ids: readonly string[]) => void;
  readonly onRedrive: () => void;
}

export function LetterBar(props: LetterBarProps) {
  const { show, onShow, filter, onFilter, open, chosen, onRedrive } = props;
  return (
    <div className="flex min-h-10 shrink-0 flex-wrap items-center gap-2 border-line border-b px-4 py-1">
      <Segmented
        label="Which letters"
        options={[
          { value: 'all', label: 'All' },
          { value: 'open', label: 'Open' },
        ]}
        value={show}
        onChange={onShow}
      />
      <div className="min-w-0 flex-1 [&>div]:w-full [&>div]:max-w-60">
        <SearchField label="Filter by reason or record" value={filter} onChange={onFilter} />
      </div>
      {chosen.length === 0 ? (
        <Button icon={Send} disabled={open.length === 0} onClick={onRedrive}>
          {open.length === 0 ? 'Redrive' : `Redrive ${formatCount(open.length)} as they are`}
        </Button>
      ) : (
        <ChosenActions {...props} />
      )}
    </div>
  );
}

function ChosenActions({ pipeline, chosen, onChoose, onRedrive }: LetterBarProps) {
  const queryClient = useQueryClient();
  const ids = chosen.map(({ id }) => id);
  const drop = useMutation({
    mutationFn: () => client.deadLetters.drop({ pipeline, ids }),
    onSuccess: () => {
      const undo = async (): Promise<void> => {
        await client.deadLetters.restore({ pipeline, ids });
        await lettersChanged(queryClient);
      };
      say({ about: `letters ${pipeline}`, title: `${plural(ids.length, 'dead letter')} dropped`, undo });
      onChoose([]);
      return lettersChanged(queryClient);
    },
  });
  const dropAll = () =>
    void attempt(`letters ${pipeline}`, 'The dead letters were not dropped', () => drop.mutateAsync());
  return (
    <>
      <span role="status" className="figures text-muted">
        {formatCount(chosen.length)} chosen
      </span>
      <Button onClick={() => onChoose([])}>Choose none</Button>
      <Button icon={Trash2} disabled={drop.isPending} onClick={dropAll}>
        Drop {formatCount(chosen.length)}
      </Button>
      <Button icon={Send} look="primary" onClick={onRedrive}>
        Redrive {formatCount(chosen.length)} as they are
      </Button>
    </>
  );
}
