/** Short messages at the bottom right: what was done, with its undo, or what failed. One for each thing: a newer one takes its place. */
import { toast } from 'sonner';
import { toFailure } from '../api/failure.ts';

const shownForMs = 6_000;
const failureShownForMs = 15_000;

interface Said {
  /** The thing it is about: `feed`, `pipeline flights-to-postgres`. */
  readonly about: string;
  readonly title: string;
  readonly undo?: () => Promise<void>;
}

export function say({ about, title, undo }: Said): void {
  toast.success(title, {
    id: about,
    duration: shownForMs,
    description: undefined,
    action: undo === undefined ? undefined : { label: 'Undo', onClick: () => void attempt(about, 'Not undone', undo) },
  });
}

/** Something went wrong that mends itself, or that the user should know of. */
export function warn({ about, title, description }: Omit<Said, 'undo'> & { readonly description: string }): void {
  toast.warning(title, { id: about, duration: failureShownForMs, description, action: undefined });
}

/** Does it; a failure is shown under `title`, not thrown. For actions whose page has no place of its own for a failure. */
export async function attempt(about: string, title: string, action: () => Promise<unknown>): Promise<void> {
  try {
    await action();
  } catch (error) {
    const { message, nextStep } = toFailure(error);
    const description = nextStep === undefined ? message : `${message}. ${nextStep}`;
    toast.error(title, { id: about, duration: failureShownForMs, description, action: undefined });
  }
}
