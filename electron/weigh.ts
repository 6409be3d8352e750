/** What the packed program weighs on disk, by part: where to look when an installer has grown. */
import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export interface Weight {
  readonly part: string;
  readonly megabytes: number;
}

/** The parts of the packed folder in `output`, heaviest first, Electron's own files as one; all together at the end. */
export function weigh(output: string): Weight[] {
  const folder = packedFolder(output);
  const resources = resourcesOf(folder);
  const unpacked = join(resources, 'app.asar.unpacked');
  const packages = join(unpacked, 'node_modules');
  const parts = [
    weightOf('bundle, page and plain packages (app.asar)', join(resources, 'app.asar')),
    ...readdirSync(packages).map((name) => weightOf(name, join(packages, name))),
    ...readdirSync(unpacked)
      .filter((name) => name !== 'node_modules')
      .map((name) => weightOf(`${name}/`, join(unpacked, name))),
  ];
  const all = weightOf('all', folder);
  const ours = parts.reduce((sum, { megabytes }) => sum + megabytes, 0);
  const electron = { part: 'Electron', megabytes: all.megabytes - ours };
  return [...[...parts, electron].sort((a, b) => b.megabytes - a.megabytes), all];
}

/** The installers that were made, if any. */
export function installersIn(output: string): Weight[] {
  return readdirSync(output)
    .filter((name) => /\.(deb|rpm|AppImage|dmg|exe)$/.test(name))
    .map((name) => weightOf(name, join(output, name)));
}

/** `linux-unpacked`, `mac-arm64`, `win-unpacked`, … */
export function packedFolder(output: string): string {
  const name = readdirSync(output).find((entry) => /-unpacked$|^mac/.test(entry));
  if (name === undefined) throw new Error(`nothing is packed in ${output}`);
  return join(output, name);
}

/** Where the archive lies in a packed folder. */
function resourcesOf(folder: string): string {
  const bundle = readdirSync(folder).find((entry) => entry.endsWith('.app'));
  return bundle === undefined ? join(folder, 'resources') : join(folder, bundle, 'Contents', 'Resources');
}

function weightOf(part: string, path: string): Weight {
  return { part, megabytes: bytesOf(path) / 1e6 };
}

function bytesOf(path: string): number {
  if (!existsSync(path)) return 0;
  const info = lstatSync(path);
  if (!info.isDirectory()) return info.size;
  return readdirSync(path).reduce((sum, name) => sum + bytesOf(join(path, name)), 0);
}
