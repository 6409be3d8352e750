/**
 * A topic whose values are Avro by the registry: its columns, and the decoder of whatever schema a record was written with.
 *
 * The columns are those of the subject's newest schema when the run starts. A record of an older or newer schema is read
 * as Avro resolves it: fields it lacks take their default, fields it has beyond are left out.
 */
import type { Batch } from '#core/columns/batch.ts';
import type { Field } from '#core/columns/type.ts';
import { toErrorData, WorkbenchError } from '#core/contract/errors.ts';
import type { RegistryClient } from '#core/registry/client.ts';
import { type ColumnDecoder, compileColumnDecoder, type DecodeRow } from '#core/serde/avro/column-decoder.ts';
import { columnFields } from '#core/serde/avro/fields.ts';
import { type AvroNode, avroSchemaById } from '#core/serde/avro/schema.ts';
import { noHeaderReason, schemaIdAt, wireHeaderBytes } from '#core/serde/wire.ts';
import type { Decoding, RowDecoder } from './row-decoder.ts';

export interface AvroTopic {
  readonly fields: readonly Field[];
  readonly decoder: RowDecoder;
}

/** Throws `REGISTRY_NOT_FOUND`, retryable, while nobody has registered a schema for the subject. */
export async function openAvroTopic(registry: RegistryClient, subject: string): Promise<AvroTopic> {
  const { id } = await newest(registry, subject);
  const reader = await avroSchemaById(registry, id);
  const fields = columnFields(reader);
  return { fields, decoder: new AvroRowDecoder(registry, reader, fields) };
}

async function newest(registry: RegistryClient, subject: string) {
  try {
    return await registry.version(subject, 'latest');
  } catch (error) {
    const { code, message } = toErrorData(error);
    if (code !== 'REGISTRY_NOT_FOUND') throw error;
    throw new WorkbenchError(code, message, {
      object: subject,
      nextStep: 'It goes on by itself when a producer has registered the schema.',
      retryable: true,
      cause: error,
    });
  }
}

class AvroRowDecoder implements RowDecoder {
  readonly #registry: RegistryClient;
  readonly #reader: AvroNode;
  readonly #fields: readonly Field[];
  /** An error stands for a schema that can never be read: each of its records is refused with it. */
  readonly #decoders = new Map<number, ColumnDecoder | WorkbenchError>();
  readonly #bound = new WeakMap<Batch, Map<number, DecodeRow>>();
  // What the record before used: nearly always the same.
  #lastBatch: Batch | undefined;
  #lastId = -1;
  #lastDecode: DecodeRow | undefined;

  constructor(registry: RegistryClient, reader: AvroNode, fields: readonly Field[]) {
    this.#registry = registry;
    this.#reader = reader;
    this.#fields = fields;
  }

  decode(batch: Batch, row: number, bytes: Uint8Array, start: number, end: number): Decoding {
    const id = schemaIdAt(bytes, start, end);
    if (id < 0) throw refused(noHeaderReason(bytes.subarray(start, end)));
    if (id !== this.#lastId || batch !== this.#lastBatch) {
      const decoder = this.#decoders.get(id);
      if (decoder === undefined) return { unknown: id };
      if (decoder instanceof WorkbenchError) throw decoder;
      this.#lastDecode = this.#bind(decoder, id, batch);
      this.#lastId = id;
      this.#lastBatch = batch;
    }
    this.#lastDecode!(bytes, start + wireHeaderBytes, end, row);
    return 'done';
  }

  async load(schemaId: number): Promise<void> {
    this.#decoders.set(schemaId, await this.#compile(schemaId));
  }

  async #compile(id: number): Promise<ColumnDecoder | WorkbenchError> {
    try {
      const writer = await avroSchemaById(this.#registry, id);
      return compileColumnDecoder(writer, this.#fields, { reader: this.#reader });
    } catch (error) {
      const { code, message } = toErrorData(error);
      if (code === 'REGISTRY_NOT_FOUND' || code === 'DECODE_FAILED') return refused(message);
      throw error;
    }
  }

  #bind(decoder: ColumnDecoder, id: number, batch: Batch): DecodeRow {
    const bound = this.#bound.get(batch) ?? new Map<number, DecodeRow>();
    this.#bound.set(batch, bound);
    const decode = bound.get(id) ?? decoder.bind(batch.columns);
    bound.set(id, decode);
    return decode;
  }
}

function refused(message: string): WorkbenchError {
  return new WorkbenchError('DECODE_FAILED', message);
}
