/** The app folder as Electron is given it: the shell and the page of this source, built; what ships beside them is linked. */
import { copyFileSync, cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildShell } from '../../electron/build.ts';
import { buildPage } from '../browser/built-page.ts';
import { buildOnce, root } from '../build-once.ts';

const linked = ['node_modules', 'config', 'ml-models', 'core/sandbox/sample/data'];

let building: Promise<string> | undefined;

/** Answers the folder. */
export function buildApp(): Promise<string> {
  building ??= buildPage().then((page) =>
    buildOnce({
      name: 'test-desktop',
      sources: ['package.json', '{core,electron}/**/*.ts'],
      key: page,
      build: (folder) => fill(folder, page),
    }),
  );
  return building;
}

async function fill(folder: string, page: string): Promise<void> {
  await buildShell(join(folder, 'dist', 'electron'));
  cpSync(page, join(folder, 'dist', 'renderer'), { recursive: true });
  copyFileSync(join(root, 'package.json'), join(folder, 'package.json'));
  for (const path of linked) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    symlinkSync(join(root, path), join(folder, path), 'junction');
  }
}
