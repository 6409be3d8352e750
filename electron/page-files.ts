/** Answers the page's requests from the folder of the built renderer, as the browser host does: same files, same policy. */
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { contentTypes, securityHeaders } from '#core/contract/page-policy.ts';
import { isPageUrl } from './origin.ts';

/** A path can't leave `folder`; what is no file of it is 404. */
export async function answerFromFolder(request: Request, folder: string): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'Only GET is served here.');
  const file = isPageUrl(request.url) ? fileOf(request.url, folder) : undefined;
  const content = file === undefined ? undefined : await read(file);
  if (file === undefined || content === undefined) return refuse(404, 'Not found');
  const type = contentTypes[extname(file)] ?? 'application/octet-stream';
  const headers = { ...securityHeaders, 'content-type': type, 'content-length': String(content.byteLength) };
  return new Response(request.method === 'HEAD' ? null : content, { headers });
}

function fileOf(url: string, folder: string): string | undefined {
  const path = decode(new URL(url).pathname);
  if (path === undefined || path.includes('\0')) return undefined;
  const file = join(folder, normalize(path === '/' ? '/index.html' : path));
  return file.startsWith(folder + sep) ? file : undefined;
}

function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

async function read(file: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return new Uint8Array(await readFile(file));
  } catch {
    return undefined;
  }
}

function refuse(status: number, text: string): Response {
  return new Response(`${text}\n`, { status, headers: { ...securityHeaders, 'content-type': 'text/plain' } });
}
