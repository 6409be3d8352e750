/** Whether the host answers, for the frame to show; written by the transport alone. */
import { create } from 'zustand';

export type ConnectionPhase = 'connecting' | 'open' | 'lost' | 'refused';

export interface Connection {
  /** `refused`: the host answers but does not know this page's session any more. */
  readonly phase: ConnectionPhase;
  /** When the next try starts, milliseconds of `Date.now()`; null while one is under way or none is planned. */
  readonly nextTryAt: number | null;
  /** The tries since the connection was lost. */
  readonly tries: number;
}

export const useConnection = create<Connection>(() => ({ phase: 'connecting', nextTryAt: null, tries: 0 }));
