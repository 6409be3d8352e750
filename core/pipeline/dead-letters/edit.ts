/** A dead letter's value, changed: what to begin with, the bytes it becomes, and whether the pipeline could read them. */
import { createBatch } from '#core/columns/batch.ts';
import type { LetterChange, LetterDetail } from '#core/contract/dead-letter.ts';
import { toErrorData, WorkbenchError } from '#core/contract/errors.ts';
import type { Value } from '#core/contract/value.ts';
import type { RegistryClient } from '#core/registry/client.ts';
import { DecodeError } from '#core/serde/avro/decode-error.ts';
import { defaultValue } from '#core/serde/avro/default-value.ts';
import { type AvroNode, avroSchemaById } from '#core/serde/avro/schema.ts';
import { compileValueDecoder } from '#core/serde/avro/value-decoder.ts';
import { encodeAvro } from '#core/serde/avro/value-encoder.ts';
import { exactJson } from '#core/serde/exact-json.ts';
import { parseJson } from '#core/serde/parse-json.ts';
import { noHeaderReason, schemaIdAt, wireHeaderBytes, withHeader } from '#core/serde/wire.ts';
import { openAvroTopic } from '../avro-topic.ts';

/** Beyond it nobody edits by hand, and a page would have to hold it. */
const mostEditableBytes = 256 * 1024;

/** The byte at which the value can't be read as Avro by its schema, and why; null where it can, or the registry does not say. */
export async function findFault(registry: RegistryClient, value: Uint8Array | null): Promise<LetterDetail['fault']> {
  if (value === null) return null;
  const id = schemaIdAt(value, 0, value.length);
  if (id < 0) return { position: 0, reason: noHeaderReason(value) };
  try {
    await decodeById(registry, id, value);
    return null;
  } catch (error) {
    if (error instanceof DecodeError) return { position: wireHeaderBytes + error.position, reason: error.message };
    const { code, message } = toErrorData(error);
    return code === 'REGISTRY_NOT_FOUND' || code === 'DECODE_FAILED' ? { position: 1, reason: message } : null;
  }
}

type Editing = Pick<LetterDetail, 'edit' | 'editRefusal'>;

/**
 * What to begin editing with: the value where it can be read, its own text where that is JSON already, else the empty form
 * of the newest schema.
 */
export async function editingOf(registry: RegistryClient, subject: string, value: Uint8Array | null): Promise<Editing> {
  if (value === null) return refused('A tombstone has no value to edit.');
  if (value.length > mostEditableBytes) return refused('The value is too large to be edited here.');
  try {
    const decoded = await decodeValue(registry, value);
    if (decoded !== undefined) return { edit: { ...decoded, from: 'decoded', subject }, editRefusal: null };
    const newest = await registry.version(subject, 'latest');
    const schema = await avroSchemaById(registry, newest.id);
    const text = jsonTextOf(value);
    const json = text ?? print(emptyOf(schema));
    return {
      edit: { json, from: text === undefined ? 'template' : 'text', schemaId: newest.id, subject },
      editRefusal: null,
    };
  } catch (error) {
    return refused(`The schema can't be read: ${toErrorData(error).message}`);
  }
}

const refused = (editRefusal: string): Editing => ({ edit: null, editRefusal });

async function decodeValue(registry: RegistryClient, value: Uint8Array) {
  const schemaId = schemaIdAt(value, 0, value.length);
  if (schemaId < 0) return undefined;
  try {
    return { schemaId, json: print(await decodeById(registry, schemaId, value)) };
  } catch (error) {
    const { code } = toErrorData(error);
    if (code === 'DECODE_FAILED' || code === 'REGISTRY_NOT_FOUND') return undefined;
    throw error;
  }
}

async function decodeById(registry: RegistryClient, schemaId: number, value: Uint8Array): Promise<Value> {
  return compileValueDecoder(await avroSchemaById(registry, schemaId)).decode(value, wireHeaderBytes, value.length);
}

/** Undefined where the bytes are no JSON object. */
function jsonTextOf(value: Uint8Array): string | undefined {
  try {
    const parsed = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(value));
    return typeof parsed === 'object' && parsed !== null ? print(parsed) : undefined;
  } catch {
    return undefined;
  }
}

/** Bytes as `0x…`, as the screen shows them and the encoder reads them. */
function print(value: Value): string {
  return exactJson(withHex(value), 2);
}

function withHex(value: Value): Value {
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString('hex')}`;
  if (Array.isArray(value)) return value.map(withHex);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withHex(item)]));
}

/** Defaults, and where there are none the least value of the type. Ends at a record within itself, which needs a default there. */
function emptyOf(node: AvroNode, around: readonly AvroNode[] = []): Value {
  switch (node.kind) {
    case 'record': {
      if (around.includes(node)) return null;
      const fields = node.fields.map((field): [string, Value] => [
        field.name,
        field.default === undefined ? emptyOf(field.type, [...around, node]) : defaultValue(field.type, field.default),
      ]);
      return Object.fromEntries(fields);
    }
    case 'union':
      return node.branches.some(({ kind }) => kind === 'null') ? null : emptyOf(node.branches[0]!, around);
    case 'array':
      return [];
    case 'map':
      return {};
    case 'enum':
      return node.symbols[0]!;
    case 'fixed':
      return new Uint8Array(node.size);
    case 'bytes':
      return new Uint8Array(0);
    case 'string':
      return '';
    case 'boolean':
      return false;
    case 'null':
      return null;
    default:
      return 0;
  }
}

/** Throws `INVALID_INPUT` with the field or the place that is wrong. */
export async function applyChange(
  registry: RegistryClient | undefined,
  value: Uint8Array | null,
  change: LetterChange,
): Promise<Uint8Array | null> {
  switch (change.type) {
    case 'unchanged':
      return value;
    case 'hex':
      return fromHex(change.text);
    case 'json':
      return toAvro(registry, change.text, change.schemaId);
  }
}

function fromHex(text: string): Uint8Array {
  const digits = text.replaceAll(/\s/g, '').replace(/^0x/i, '');
  const at = digits.search(/[^0-9a-f]/i);
  if (at >= 0) throw invalid(`${JSON.stringify(digits[at])} is no hex digit`);
  if (digits.length % 2 === 1) throw invalid('a byte has two hex digits: one is missing');
  return new Uint8Array(Buffer.from(digits, 'hex'));
}

async function toAvro(registry: RegistryClient | undefined, text: string, schemaId: number): Promise<Uint8Array> {
  if (registry === undefined) throw invalid('without a Schema Registry there is no schema to write by');
  return withHeader(schemaId, encodeAvro(await avroSchemaById(registry, schemaId), parse(text)));
}

function parse(text: string): Value {
  try {
    return parseJson(text);
  } catch (error) {
    throw invalid(`it is no JSON: ${(error as Error).message}`);
  }
}

function invalid(message: string): WorkbenchError {
  return new WorkbenchError('INVALID_INPUT', message, { nextStep: 'Correct the value.' });
}

/** Reads the value as the pipeline does, into columns of the newest schema. Throws what would set it aside again. */
export async function checkReadable(registry: RegistryClient, subject: string, value: Uint8Array): Promise<void> {
  const { fields, decoder } = await openAvroTopic(registry, subject);
  const batch = createBatch(fields, 1);
  const decoding = decoder.decode(batch, 0, value, 0, value.length);
  if (decoding === 'done') return;
  await decoder.load(decoding.unknown);
  decoder.decode(batch, 0, value, 0, value.length);
}
