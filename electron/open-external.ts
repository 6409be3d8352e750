/** The one caller of the system's browser. */
import { shell } from 'electron';
import { externalUrl } from './external.ts';

/** Opens what the allowlist lets pass; says in the log what it refused. */
export function openExternal(text: string, log: (line: string) => void): void {
  const url = externalUrl(text);
  if (url === undefined) log(`refused to open an address outside the app: ${text.slice(0, 200)}`);
  else void shell.openExternal(url).catch((error: unknown) => log(`opening ${url}: ${String(error)}`));
}
