/** The contract's methods of queries. */
import { implement } from '@orpc/server';
import { contract } from '#core/contract/contract.ts';
import type { SqlService } from './service.ts';
import { sqlPage } from './wire.ts';

const os = implement(contract.sql);

export function sqlApi(service: SqlService) {
  return {
    run: os.run.handler(({ input, signal }) => service.run(input, signal)),
    page: os.page.handler(async ({ input }) => sqlPage(await service.engine.page(input), input.from)),
    cancel: os.cancel.handler(({ input }) => service.engine.cancel(input.queryId)),
    tables: os.tables.handler(async () => [...(await service.engine.tables())]),
  };
}
