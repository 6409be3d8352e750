/** The system's key store (Keychain, DPAPI, Secret Service) for core's secrets, through Electron's safeStorage. */
import { safeStorage } from 'electron';
import type { KeyWrapper } from '#core/workspace/secrets-file.ts';

/**
 * Asked for once the app is ready. Undefined where the system has none, and where Electron would fall back to a key that is
 * the same in every copy of Chromium (`basic_text`): that is no secret.
 */
export function systemKeyStore(log: (line: string) => void): KeyWrapper | undefined {
  const backend = process.platform === 'linux' ? safeStorage.getSelectedStorageBackend() : process.platform;
  if (backend === 'basic_text' || !safeStorage.isEncryptionAvailable()) {
    log(`secrets: the system has no key store to use (${backend})`);
    return undefined;
  }
  return {
    title: titles[backend] ?? 'the system’s key store',
    wrap: (key) => safeStorage.encryptString(Buffer.from(key).toString('base64')),
    unwrap: (wrapped) => Buffer.from(safeStorage.decryptString(Buffer.from(wrapped)), 'base64'),
  };
}

const titles: Readonly<Record<string, string>> = {
  darwin: 'the macOS Keychain',
  win32: 'the Windows account',
  gnome_libsecret: 'the GNOME keyring',
  kwallet: 'KWallet',
  kwallet5: 'KWallet',
  kwallet6: 'KWallet',
};
