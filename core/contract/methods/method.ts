import { oc } from '@orpc/contract';
import { errorDataSchema } from '../error-data.ts';
import type { Change } from '../journal.ts';

/** What a method says of itself beside its route. */
export interface MethodMeta {
  /** Null: it changes nothing, though it is no GET. Every method that is none says one or the other. */
  readonly changes?: Change | null;
}

/** What every method begins with: its errors arrive as `WORKBENCH` with `ErrorData` inside. */
export const method = oc.$meta<MethodMeta>({}).errors({ WORKBENCH: { status: 422, data: errorDataSchema } });
