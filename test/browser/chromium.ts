/**
 * Finds a Chromium to test with: `CHROMIUM_PATH`, one installed on this machine, or the one inside the npm package
 * `@sparticuz/chromium` (Linux x64), unpacked once into the temporary folder. Nothing is downloaded.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createBrotliDecompress } from 'node:zlib';
import { type Browser, chromium } from 'playwright-core';

const installedNames = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];
const installedPaths = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** The packed build's own list has `--single-process`, which dies with the first closed page, and switches security off. */
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--font-render-hinting=none',
];

interface Executable {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Throws with what was looked for when this machine has none. `more`: further switches. */
export async function launchChromium(more: readonly string[] = []): Promise<Browser> {
  const { path, env } = await findChromium();
  return chromium.launch({
    executablePath: path,
    args: [...flags, ...more],
    ignoreDefaultArgs: ['--single-process'],
    env: { ...process.env, ...env } as Record<string, string>,
  });
}

export async function findChromium(): Promise<Executable> {
  const given = process.env.CHROMIUM_PATH;
  if (given !== undefined && given !== '') return { path: given, env: {} };
  const installed = findInstalled();
  if (installed !== undefined) return { path: installed, env: {} };
  if (process.platform === 'linux' && process.arch === 'x64') return unpackedChromium();
  throw new Error('no Chromium was found: install Chrome or Chromium, or set CHROMIUM_PATH');
}

function findInstalled(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const candidates = [
    ...installedNames.flatMap((name) => folders.map((folder) => join(folder, name))),
    ...installedPaths,
  ];
  return candidates.find((path) => existsSync(path));
}

async function unpackedChromium(): Promise<Executable> {
  const root = packageRoot();
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const folder = join(tmpdir(), `mercury-chromium-${version}-${process.getuid?.() ?? 0}`);
  if (!existsSync(folder)) await unpack(join(root, 'bin'), folder);
  const path = join(folder, 'chromium');
  return { path, env: { ...missingLibraries(path, folder), ...missingFonts(folder) } };
}

function packageRoot(): string {
  const entry = fileURLToPath(import.meta.resolve('@sparticuz/chromium'));
  for (let folder = dirname(entry); folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'bin', 'chromium.br'))) return folder;
  }
  throw new Error('@sparticuz/chromium holds no bin/chromium.br');
}

/** Under another name first: several test runs may do it at once, and one may be killed half way. */
async function unpack(bin: string, folder: string): Promise<void> {
  const partial = mkdtempSync(`${folder}-`);
  await inflate(join(bin, 'chromium.br'), join(partial, 'chromium'));
  chmodSync(join(partial, 'chromium'), 0o755);
  for (const name of ['al2023', 'fonts']) {
    await inflate(join(bin, `${name}.tar.br`), join(partial, `${name}.tar`));
    mkdirSync(join(partial, name));
    const { status, stderr } = spawnSync('tar', ['xf', join(partial, `${name}.tar`), '-C', join(partial, name)]);
    if (status !== 0) throw new Error(`unpacking ${name}: ${stderr}`);
    rmSync(join(partial, `${name}.tar`));
  }
  try {
    renameSync(partial, folder);
  } catch (error) {
    rmSync(partial, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
}

function inflate(from: string, to: string): Promise<void> {
  return pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(to));
}

/** The package brings NSS and expat along for machines without; where the system has them, its own are right. */
function missingLibraries(path: string, folder: string): Record<string, string> {
  const { stdout } = spawnSync('ldd', [path], { encoding: 'utf8' });
  if (stdout !== null && !stdout.includes('not found')) return {};
  const libraries = [join(folder, 'al2023', 'lib'), process.env.LD_LIBRARY_PATH].filter((each) => each !== undefined);
  return { LD_LIBRARY_PATH: libraries.join(':') };
}

function missingFonts(folder: string): Record<string, string> {
  return existsSync('/etc/fonts/fonts.conf') ? {} : { FONTCONFIG_PATH: join(folder, 'fonts') };
}
