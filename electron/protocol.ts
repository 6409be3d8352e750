/** The scheme the page is served under, instead of `file:`: an origin of its own with a policy of its own. */
import { net, protocol } from 'electron';
import { isPageUrl, pageScheme } from './origin.ts';
import { answerFromFolder } from './page-files.ts';

/** Before the app is ready. */
export function registerPageScheme(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true, codeCache: true };
  protocol.registerSchemesAsPrivileged([{ scheme: pageScheme, privileges }]);
}

/** After the app is ready. `devServer`: Vite's address; the page then comes from there, with its policy off. */
export function servePage(pageDir: string, devServer: string | undefined): void {
  protocol.handle(pageScheme, (request) =>
    devServer === undefined ? answerFromFolder(request, pageDir) : askDevServer(request, devServer),
  );
}

async function askDevServer(request: Request, devServer: string): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  if (!isPageUrl(request.url)) return new Response('Not found\n', { status: 404 });
  return net.fetch(new URL(pathname + search, devServer).href);
}
