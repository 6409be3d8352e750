/** The system’s key store, where it is a real one. */
import { randomBytes } from 'node:crypto';
import { beforeEach, expect, test, vi } from 'vitest';
import { systemKeyStore } from './key-store.ts';

/** Electron's own runs only inside Electron: here it is what each system answers. */
const safeStorage = vi.hoisted(() => ({
  backend: '',
  isAvailable: true,
  getSelectedStorageBackend: (): string => safeStorage.backend,
  isEncryptionAvailable: (): boolean => safeStorage.isAvailable,
  encryptString: (text: string): Buffer => Buffer.from(`v11${text}`),
  decryptString: (bytes: Buffer): string => bytes.toString().slice(3),
}));
vi.mock('electron', () => ({ safeStorage }));

const logged: string[] = [];
const open = () => systemKeyStore((line) => logged.push(line));

beforeEach(() => {
  logged.length = 0;
  vi.spyOn(process, 'platform', 'get').mockReturnValue('linux');
  Object.assign(safeStorage, { backend: 'gnome_libsecret', isAvailable: true });
});

test('a key goes through it and comes back byte for byte', () => {
  const key = randomBytes(32);
  const store = open();
  expect(store?.title).toBe('the GNOME keyring');
  expect(Buffer.from(store!.unwrap(store!.wrap(key)))).toEqual(key);
});

test('without a real key store there is none, which is told once', () => {
  safeStorage.backend = 'basic_text';
  expect(open()).toBeUndefined();
  Object.assign(safeStorage, { backend: 'kwallet6', isAvailable: false });
  expect(open()).toBeUndefined();
  expect(logged).toEqual([expect.stringContaining('basic_text'), expect.stringContaining('kwallet6')]);
});
