/** Files of the built renderer, with the policy that keeps foreign code out: for a browser here, for the window in Electron. */
import { createReadStream, statSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { pipeline } from 'node:stream';
import { contentTypes, securityHeaders } from '#core/contract/page-policy.ts';

export interface PageFile {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** `pathname`: as it stands in the address. Undefined for what is no file of `folder`; no path leads out of it. */
export function findPageFile(folder: string, pathname: string): PageFile | undefined {
  const name = decode(pathname === '/' ? '/index.html' : pathname);
  // A path with a zero byte makes Node throw.
  if (name === undefined || name.includes('\0')) return undefined;
  const path = join(folder, normalize(name));
  const info = path.startsWith(folder + sep) ? statSync(path, { throwIfNoEntry: false }) : undefined;
  if (info?.isFile() !== true) return undefined;
  const type = contentTypes[extname(path)] ?? 'application/octet-stream';
  return { path, headers: { ...securityHeaders, 'content-type': type, 'content-length': String(info.size) } };
}

function decode(pathname: string): string | undefined {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
}

/** Answers with the file, 404 where there is none. */
export function servePage(response: ServerResponse, folder: string, pathname: string): void {
  const file = findPageFile(folder, pathname);
  if (file === undefined) {
    response.writeHead(404, { ...securityHeaders, 'content-type': 'text/plain' }).end('Not found\n');
    return;
  }
  // Vite names assets by their content; the page itself must be asked for each time.
  const caching = pathname.startsWith('/assets/') ? 'max-age=31536000, immutable' : 'no-store';
  response.writeHead(200, { ...file.headers, 'cache-control': caching });
  // A page that leaves and a file that a build takes away end the answer, nothing else.
  pipeline(createReadStream(file.path), response, () => {});
}
