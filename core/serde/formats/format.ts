/** What a format of keys and values is: one way to make a `Value` of bytes, or a reason why they are something else. */
import type { Value } from '#core/contract/value.ts';
import type { RegisteredSchema } from '#core/registry/schema.ts';

/** A registered schema, as far as decoding needs it. */
export type WireSchema = Pick<RegisteredSchema, 'schemaType' | 'schema' | 'resolved'>;

export interface DecodeContext {
  /** Decoders are kept for each object this returns: the same id should give the same object. */
  schemaById(id: number): Promise<WireSchema>;
}

export interface FormatResult {
  readonly value: Value;
  readonly schemaId: number | null;
}

export interface Format {
  /** As data and terminal have it, in lower case; the screen writes it in capitals, as a Schema Registry does. */
  readonly name: string;
  /**
   * Reads all of `bytes`, which are the caller's: what the result keeps is copied.
   * Throws `FormatMismatch`, or any other error, when they are not of this format; its message is shown as the reason.
   */
  decode(bytes: Uint8Array, context: DecodeContext): FormatResult | Promise<FormatResult>;
}

export class FormatMismatch extends Error {
  override readonly name = 'FormatMismatch';
}
