/** A key or a value for people to look at: the first format that can read it, and why each earlier one could not. */
import { toErrorData } from '#core/contract/errors.ts';
import type { Decoded } from '#core/contract/record.ts';
import type { DecodeContext } from './formats/format.ts';
import { formats } from './formats/index.ts';

/** Rejects only when no format fits, which the last one (binary) rules out. */
export async function decodeBytes(bytes: Uint8Array | null, context: DecodeContext): Promise<Decoded> {
  if (bytes === null) return { format: 'null', value: null, schemaId: null, failures: [] };
  const failures: Decoded['failures'] = [];
  const asked = askedOnce(context);
  for (const format of formats) {
    try {
      const { value, schemaId } = await format.decode(bytes, asked);
      return { format: format.name, value, schemaId, failures };
    } catch (error) {
      failures.push({ format: format.name, reason: toErrorData(error).message });
    }
  }
  throw new Error(`no format read ${bytes.length} bytes`);
}

/** Several formats want the schema; where the registry does not answer, one wait is enough. */
function askedOnce(context: DecodeContext): DecodeContext {
  let answer: ReturnType<DecodeContext['schemaById']> | undefined;
  return {
    // One value carries one id.
    schemaById: (id) => {
      answer ??= context.schemaById(id);
      return answer;
    },
  };
}
