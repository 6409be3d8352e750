// Completes package-lock.json after `npm install`: a registry that lacks another platform's optional package makes npm leave
// it out of the lock, and `npm ci` then refuses to install anywhere. Download addresses are left out as well.
//
//     npm install … && node .ci/complete-lock.mjs
import { readFileSync, writeFileSync } from 'node:fs';

const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const processors = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const added = {};
for (const [path, entry] of Object.entries(lock.packages)) {
  delete entry.resolved;
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const isLocked = [`${path}/node_modules/${name}`, `node_modules/${name}`].some((key) => key in lock.packages);
    if (!isLocked) added[`node_modules/${name}`] = platformEntry(name, version);
  }
}
const packages = Object.entries({ ...lock.packages, ...added }).sort(([a], [b]) => (a < b ? -1 : 1));
lock.packages = Object.fromEntries(packages);
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`${Object.keys(added).length} entries added\n`);

/** Other platforms' packages say in their name what they are for; without that npm would try to install them here. */
function platformEntry(name, version) {
  const parts = name.split(/[-/]/);
  const find = (words) => words.filter((word) => parts.some((part) => part === word || part.startsWith(`${word}-`)));
  const os = find(systems);
  const cpu = find(processors);
  return { version, optional: true, ...(cpu.length > 0 ? { cpu } : {}), ...(os.length > 0 ? { os } : {}) };
}
