/**
 * A decoded value as it crosses every boundary: exact, never rounded.
 *
 * int64 is a bigint, bytes are a Uint8Array, a decimal is its exact text inside `{ decimal }`, logical times are their
 * number in the unit of the schema. Map and record keep the order of the writer.
 */
import { z } from 'zod';

export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | ReadonlyArray<Value>
  | { readonly [name: string]: Value };

export const valueSchema = z.custom<Value>((value) => value !== undefined);
