/**
 * What no page may do, whatever window it is in: leave, open windows, embed others, use the machine's devices. Electron's own
 * default grants every permission.
 */
import { type App, session, type WebContents } from 'electron';
import { openExternal } from './open-external.ts';
import { isPageUrl } from './origin.ts';

/** Copying text with a button; asked for by the page's main frame alone. */
const grantedPermission = 'clipboard-sanitized-write';

/** Before the first window is made. */
export function lockDown(app: App, log: (line: string) => void): void {
  app.on('web-contents-created', (_event, contents) => {
    denyLeaving(contents, log);
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(({ url }) => {
      openExternal(url, log);
      return { action: 'deny' };
    });
  });
}

/** After the app is ready. */
export function denyPermissions(): void {
  const { defaultSession } = session;
  defaultSession.setPermissionRequestHandler((_contents, permission, answer, { requestingUrl, isMainFrame }) =>
    answer(permission === grantedPermission && isMainFrame && isPageUrl(requestingUrl)),
  );
  defaultSession.setPermissionCheckHandler((_contents, permission, requestingOrigin) => {
    return permission === grantedPermission && isPageUrl(requestingOrigin);
  });
  defaultSession.setDevicePermissionHandler(() => false);
}

function denyLeaving(contents: WebContents, log: (line: string) => void): void {
  const check = (event: { preventDefault(): void }, url: string): void => {
    if (isPageUrl(url)) return;
    event.preventDefault();
    openExternal(url, log);
  };
  contents.on('will-navigate', (event) => check(event, event.url));
  contents.on('will-frame-navigate', (event) => check(event, event.url));
  contents.on('will-redirect', (event) => check(event, event.url));
}
