import { oc } from '@orpc/contract';
import { errorDataSchema } from '../error-data.ts';

/** What every method begins with: its errors arrive as `WORKBENCH` with `ErrorData` inside. */
export const method = oc.errors({ WORKBENCH: { status: 422, data: errorDataSchema } });
