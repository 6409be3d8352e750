/** Answers the page's requests from the folder of the built renderer, as the browser host does: same files, same policy. */
import { readFile } from 'node:fs/promises';
import { securityHeaders } from '#core/contract/page-policy.ts';
import { findPageFile } from '#core/http/page.ts';
import { isPageUrl } from './origin.ts';

/** What is no file of `folder` is 404. */
export async function answerFromFolder({ method, url }: Request, folder: string): Promise<Response> {
  if (method !== 'GET' && method !== 'HEAD') return refuse(405, 'Only GET is served here.');
  const file = isPageUrl(url) ? findPageFile(folder, new URL(url).pathname) : undefined;
  if (file === undefined) return refuse(404, 'Not found');
  return new Response(method === 'HEAD' ? null : new Uint8Array(await readFile(file.path)), { headers: file.headers });
}

function refuse(status: number, text: string): Response {
  return new Response(`${text}\n`, { status, headers: { ...securityHeaders, 'content-type': 'text/plain' } });
}
