/**
 * The contract for programs: `/api/…` by path and JSON, its description at `/api/openapi.json`, a page to read at `/api`.
 *
 * int64 crosses as a string of digits, bytes as base64, streams as server-sent events. Access is as for the page: the
 * session's cookie, or `Authorization: Bearer` with the token of this start.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { OpenAPIHandler } from '@orpc/openapi/node';
import type { AnyRouter } from '@orpc/server';
import { experimental_ZodSmartCoercionPlugin as ZodSmartCoercionPlugin } from '@orpc/zod/zod4';
import type { CallContext } from '#core/contract/journal.ts';
import { securityHeaders } from '#core/contract/page-policy.ts';
import { errorsAsData } from '#core/contract/serve.ts';
import { type ApiDescription, apiPrefix, describe } from './description.ts';
import { referencePage } from './reference-page.ts';

export interface OpenApi {
  /** Answers a request below `/api`; the caller has checked that it may. */
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

export function createOpenApi(router: AnyRouter, version: string): OpenApi {
  const handler = new OpenAPIHandler(router, {
    clientInterceptors: [errorsAsData],
    // Numbers and bigints arrive as text in paths and queries.
    plugins: [new ZodSmartCoercionPlugin()],
    customJsonSerializers: [
      {
        condition: (value) => value instanceof Uint8Array,
        serialize: (bytes) => Buffer.from(bytes as Uint8Array).toString('base64'),
      },
    ],
  });
  let description: Promise<ApiDescription> | undefined;
  const described = (): Promise<ApiDescription> => (description ??= describe(version));
  return {
    async answer(request, response) {
      const { pathname } = new URL(request.url ?? '/', 'http://host');
      for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
      if (pathname === apiPrefix || pathname === `${apiPrefix}/`) {
        response.setHeader('content-type', 'text/html; charset=utf-8').end(referencePage(await described()));
      } else if (pathname === `${apiPrefix}/openapi.json`) {
        response.setHeader('content-type', 'application/json').end(JSON.stringify(await described()));
      } else {
        const { matched } = await handler.handle(request, response, {
          prefix: apiPrefix,
          context: { from: 'api' } satisfies CallContext,
        });
        if (!matched)
          response.writeHead(404, { 'content-type': 'text/plain' }).end(`No such method; ${apiPrefix} lists them.\n`);
      }
    },
  };
}
