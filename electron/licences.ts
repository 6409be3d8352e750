/** The licences of what is bundled: written by the build beside each bundle, shown from the about box. */
import { join } from 'node:path';

/** Text, so that every system has a program for it. */
export const licencesFile = 'third-party-licences.txt';

/** Those of the shell and of the page, below the folder that holds `package.json`. */
export function licenceFiles(programDir: string): string[] {
  return ['electron', 'renderer'].map((bundle) => join(programDir, 'dist', bundle, licencesFile));
}
