/** What the main process and `analytics` say to each other. */
import type { QueryStatus } from '#core/contract/sql.ts';
import type { Answer, Call } from '#core/process/calls.ts';
import type { SqlEngine } from './engine.ts';

/** The questions. `sink`: a call of a pipeline's process, handed on as it came; its answer goes back the same way. */
export interface AnalyticsApi extends Pick<SqlEngine, 'start' | 'page' | 'cancel' | 'tables'> {
  sink(input: { readonly client: string; readonly call: Call }): Promise<Answer>;
  release(input: { readonly client: string }): Promise<void>;
}

export type AnalyticsCommand = { readonly type: 'open'; readonly file: string } | Call;

export type AnalyticsEvent = Answer | { readonly type: 'query'; readonly status: QueryStatus };
