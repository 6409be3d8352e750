/** Avro behind Confluent's header; the schema comes from the registry by its id. */
import { readAvroSchema } from '../avro/schema.ts';
import { compileValueDecoder, type ValueDecoder } from '../avro/value-decoder.ts';
import { noHeaderReason, schemaIdAt, wireHeaderBytes } from '../wire.ts';
import { type Format, FormatMismatch, type WireSchema } from './format.ts';

const decoders = new WeakMap<WireSchema, ValueDecoder>();

export const avroFormat: Format = {
  name: 'avro',
  async decode(bytes, context) {
    const schemaId = schemaIdAt(bytes, 0, bytes.length);
    if (schemaId < 0) throw new FormatMismatch(noHeaderReason(bytes));
    const schema = await context.schemaById(schemaId);
    let decoder = decoders.get(schema);
    if (decoder === undefined) {
      decoder = compileValueDecoder(readAvroSchema(schema, `schema ${schemaId}`));
      decoders.set(schema, decoder);
    }
    return { value: decoder.decode(bytes, wireHeaderBytes, bytes.length), schemaId };
  },
};
