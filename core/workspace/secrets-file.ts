/**
 * `secrets.json` of the state directory: every secret encrypted under one random data key, the data key wrapped once for
 * each way to open the file (slot). AES-256-GCM throughout; a passphrase becomes a key by scrypt.
 *
 * So the desktop app, which has the system's key store, and a command in a terminal, which has a variable, open the same file.
 */
import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import { z } from 'zod';
import { writeStateFile } from './state-file.ts';

/** The system's key store, as the desktop shell gives it. */
export interface KeyWrapper {
  readonly title: string;
  wrap(key: Uint8Array): Uint8Array;
  /** Throws when the bytes were wrapped by another user or machine. */
  unwrap(wrapped: Uint8Array): Uint8Array;
}

/** What may open the file. */
export type SlotKey =
  | { readonly type: 'system'; readonly wrapper: KeyWrapper }
  | { readonly type: 'environment' | 'passphrase'; readonly passphrase: string };

const base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/);
const sealedSchema = z.strictObject({ nonce: base64, data: base64, tag: base64 });
type Sealed = z.infer<typeof sealedSchema>;

const scryptSchema = z.strictObject({
  salt: base64,
  // A file that was tampered with must not make this program allocate what it likes.
  cost: z
    .int()
    .min(2)
    .max(2 ** 20),
  blockSize: z.int().min(1).max(32),
  parallelization: z.int().min(1).max(16),
});
const slotSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('system'), key: base64 }),
  z.strictObject({ type: z.literal('environment'), scrypt: scryptSchema, key: sealedSchema }),
  z.strictObject({ type: z.literal('passphrase'), scrypt: scryptSchema, key: sealedSchema }),
]);
export type Slot = z.infer<typeof slotSchema>;

const fileSchema = z.strictObject({ version: z.literal(1), slots: z.array(slotSchema).min(1), content: sealedSchema });
export type SecretsFile = z.infer<typeof fileSchema>;

const contentSchema = z.record(z.string(), z.string());
export type SecretValues = Readonly<Record<string, string>>;

/** Undefined for a text that is no secrets file of this version. */
export function parseSecretsFile(text: string): SecretsFile | undefined {
  try {
    return fileSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export function writeSecretsFile(path: string, file: SecretsFile): void {
  writeStateFile(path, file);
}

export function newDataKey(): Uint8Array {
  return randomBytes(keyBytes);
}

/** Undefined when this key opens no slot of its type: a wrong passphrase, another machine's key store, a slot that was altered. */
export function openDataKey(slots: readonly Slot[], key: SlotKey): Uint8Array | undefined {
  const slot = slots.find(({ type }) => type === key.type);
  if (slot === undefined) return undefined;
  try {
    if (slot.type === 'system') return key.type === 'system' ? unwrapped(key.wrapper, slot.key) : undefined;
    return key.type === 'system' ? undefined : open(slot.key, derive(key.passphrase, slot.scrypt), slot.type);
  } catch {
    return undefined;
  }
}

function unwrapped(wrapper: KeyWrapper, key: string): Uint8Array | undefined {
  const dataKey = wrapper.unwrap(Buffer.from(key, 'base64'));
  return dataKey.length === keyBytes ? dataKey : undefined;
}

/** `slots` with one for this key, in place of what its type had before. */
export function withSlot(slots: readonly Slot[], key: SlotKey, dataKey: Uint8Array): Slot[] {
  return [...slots.filter(({ type }) => type !== key.type), makeSlot(key, dataKey)];
}

function makeSlot(key: SlotKey, dataKey: Uint8Array): Slot {
  if (key.type === 'system') return { type: 'system', key: Buffer.from(key.wrapper.wrap(dataKey)).toString('base64') };
  const scrypt = { salt: randomBytes(16).toString('base64'), cost: 2 ** 15, blockSize: 8, parallelization: 1 };
  return { type: key.type, scrypt, key: seal(dataKey, derive(key.passphrase, scrypt), key.type) };
}

/** Throws when the content was changed by anyone without the data key. */
export function openContent(file: SecretsFile, dataKey: Uint8Array): SecretValues {
  return contentSchema.parse(JSON.parse(Buffer.from(open(file.content, dataKey, contentPurpose)).toString('utf8')));
}

export function sealContent(values: SecretValues, dataKey: Uint8Array): Sealed {
  return seal(Buffer.from(JSON.stringify(values)), dataKey, contentPurpose);
}

const keyBytes = 32;
const nonceBytes = 12;
const cipher = 'aes-256-gcm';
const contentPurpose = 'content';

function derive(
  passphrase: string,
  { salt, cost, blockSize, parallelization }: z.infer<typeof scryptSchema>,
): Uint8Array {
  const maxmem = 256 * cost * blockSize;
  const options = { N: cost, r: blockSize, p: parallelization, maxmem };
  return scryptSync(passphrase.normalize('NFKC'), Buffer.from(salt, 'base64'), keyBytes, options);
}

/** `purpose` is authenticated too: a part can't be put in another's place. */
function seal(plain: Uint8Array, key: Uint8Array, purpose: string): Sealed {
  const nonce = randomBytes(nonceBytes);
  const sealing = createCipheriv(cipher, key, nonce).setAAD(additional(purpose));
  const data = Buffer.concat([sealing.update(plain), sealing.final()]);
  return {
    nonce: nonce.toString('base64'),
    data: data.toString('base64'),
    tag: sealing.getAuthTag().toString('base64'),
  };
}

function open({ nonce, data, tag }: Sealed, key: Uint8Array, purpose: string): Uint8Array {
  const opening = createDecipheriv(cipher, key, Buffer.from(nonce, 'base64'), { authTagLength: 16 });
  opening.setAAD(additional(purpose)).setAuthTag(Buffer.from(tag, 'base64'));
  return Buffer.concat([opening.update(Buffer.from(data, 'base64')), opening.final()]);
}

const additional = (purpose: string): Buffer => Buffer.from(`mercury secrets 1 ${purpose}`);
