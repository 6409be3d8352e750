/** Certificates for tests, made by openssl: of their own, or signed by an authority made here. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
}

/** For the host `name`, in files of `dir`; without `authority`, another name in the same folder, it signs itself. */
export function makeCertificate(dir: string, name: string, authority?: string): TestCertificate {
  const fileOf = (of: string, kind: 'pem' | 'key'): string => join(dir, `${of}.${kind}`);
  const files = ['-keyout', fileOf(name, 'key'), '-out', fileOf(name, 'pem')];
  const what = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`, '-days', '2'];
  const by = authority === undefined ? [] : ['-CA', fileOf(authority, 'pem'), '-CAkey', fileOf(authority, 'key')];
  const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...files, ...what, ...by]);
  if (made.status !== 0) throw new Error(made.stderr.toString());
  return { cert: readFileSync(fileOf(name, 'pem'), 'utf8'), key: readFileSync(fileOf(name, 'key'), 'utf8') };
}
