/** Serves the built renderer: files of one folder, with the policy that keeps foreign code out. */
import { createReadStream, statSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { contentTypes, securityHeaders } from '#core/contract/page-policy.ts';

/** Answers with the file at `path` below `folder`, 404 where there is none. A path can't leave the folder. */
export function servePage(response: ServerResponse, folder: string, path: string): void {
  const file = join(folder, normalize(path === '/' ? '/index.html' : path));
  const info = file.startsWith(folder + sep) ? statSync(file, { throwIfNoEntry: false }) : undefined;
  if (info?.isFile() !== true) {
    response.writeHead(404, { ...securityHeaders, 'content-type': 'text/plain' }).end('Not found\n');
    return;
  }
  response.writeHead(200, {
    ...securityHeaders,
    'content-type': contentTypes[extname(file)] ?? 'application/octet-stream',
    'content-length': info.size,
    // Vite names assets by their content; the page itself must be asked for each time.
    'cache-control': path.startsWith('/assets/') ? 'max-age=31536000, immutable' : 'no-store',
  });
  createReadStream(file).pipe(response);
}
