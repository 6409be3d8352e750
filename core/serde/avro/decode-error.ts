/** What every decoder here throws for bytes that are not what their schema says: which field, at which byte, and why. */
import { WorkbenchError } from '#core/contract/errors.ts';

export interface DecodePlace {
  /** Path of the field inside the value: `crew[2].name`; empty for the value as a whole. */
  readonly field: string;
  /** Bytes from the start of the Avro value, Confluent's header not counted. */
  readonly position: number;
}

export class DecodeError extends WorkbenchError {
  readonly field: string;
  readonly position: number;

  constructor(reason: string, place: DecodePlace) {
    const where = place.field === '' ? '' : `field ${place.field}, `;
    super('DECODE_FAILED', `Avro: ${where}byte ${place.position}: ${reason}`, {
      object: place.field === '' ? undefined : place.field,
      nextStep: 'Check that the record was written with the schema whose id it carries.',
    });
    this.field = place.field;
    this.position = place.position;
  }
}

/**
 * Inside this folder: malformed bytes, or a value that does not fit its schema, before the path to it is complete. Each level
 * that holds the value adds its own name.
 */
export class Malformed extends Error {
  readonly position: number;
  #path = '';

  /** A value that is to be written has no position. */
  constructor(reason: string, position = 0) {
    super(reason);
    this.position = position;
  }

  /** Of the field, as far as the levels above have added their names. */
  get path(): string {
    return this.#path;
  }

  /** `segment` is a field's name, or an index with its brackets. */
  within(segment: string): this {
    const joined = this.#path === '' || this.#path.startsWith('[') ? this.#path : `.${this.#path}`;
    this.#path = segment + joined;
    return this;
  }

  /** `start` is where the Avro value begins, in the bytes that were read. */
  toDecodeError(start: number): DecodeError {
    return new DecodeError(this.message, { field: this.#path, position: this.position - start });
  }
}
